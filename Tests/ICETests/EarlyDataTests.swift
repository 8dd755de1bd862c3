import ICE
import Testing
import WireFormat

/// The controlled agent's first data does not wait for an answer to a check of its own.
@Suite("Data before the first answer")
struct EarlyDataTests {
    private static let named = "192.0.2.7:6000"
    private static let otherPort = "192.0.2.7:6123"
    private static let other = "198.51.100.9:6000"

    private static func early(_ lone: inout LoneAgent) -> [CandidatePair] {
        lone.events().compactMap { if case .earlyPair(let pair) = $0 { pair } else { nil } }
    }

    /// The way that a record takes now, if it may go.
    private static func send(_ lone: inout LoneAgent) -> Path? {
        guard let pair = lone.agent.selectedIdentifier ?? lone.agent.earlyIdentifier else { return nil }
        let record: [UInt8] = [0x80, 1, 2, 3]
        var path: Path?
        _ = [UInt8](capacity: 100) { path = lone.agent.send(record.span, over: pair, into: &$0, at: lone.now) }
        return path
    }

    @Test(arguments: [named, otherPort])
    func `a check from an address that the peer has named lets data leave`(remote: String) {
        var lone = LoneAgent(.controlled)
        lone.addRemote(Self.named)
        #expect(Self.send(&lone) == nil)
        lone.check(from: remote, as: .controlling)
        let pairs = Self.early(&lone)
        #expect(pairs.count == 1)
        #expect(pairs.first?.remote.address.description == remote)
        #expect(lone.agent.selectedIdentifier == nil)
        #expect(Self.send(&lone)?.remote.description == remote)
    }

    @Test func `a check from elsewhere opens nothing until the peer names the address`() {
        var lone = LoneAgent(.controlled)
        lone.addRemote(Self.named)
        lone.check(from: Self.other, as: .controlling)
        #expect(Self.early(&lone).isEmpty)
        #expect(Self.send(&lone) == nil)
        lone.addRemote(Self.other, .serverReflexive)
        #expect(Self.early(&lone).map(\.remote.address.description) == [Self.other])
        #expect(Self.send(&lone)?.remote.description == Self.other)
    }

    @Test func `it happens once`() {
        var lone = LoneAgent(.controlled)
        lone.addRemote(Self.named)
        lone.addRemote(Self.other, foundation: 2)
        lone.check(from: Self.named, as: .controlling)
        lone.check(from: Self.other, as: .controlling)
        lone.check(from: Self.otherPort, as: .controlling)
        #expect(Self.early(&lone).map(\.remote.address.description) == [Self.named])
        #expect(Self.send(&lone)?.remote.description == Self.named)
    }

    /// The address was the peer's word alone: when it does not answer, nothing goes there any more.
    @Test func `it ends when the pair's check fails`() {
        var lone = LoneAgent(.controlled)
        lone.addRemote(Self.named)
        lone.check(from: Self.named, as: .controlling)
        #expect(Self.send(&lone) != nil)
        _ = lone.packets(for: .seconds(20))
        #expect(Self.send(&lone) == nil)
        lone.check(from: Self.otherPort, as: .controlling)
        #expect(Self.send(&lone) == nil)
    }

    @Test func `an answer makes the pair an ordinary one`() {
        var lone = LoneAgent(.controlled)
        lone.addRemote(Self.named)
        lone.check(from: Self.named, as: .controlling)
        lone.validate(Self.named)
        #expect(lone.agent.earlyIdentifier == nil)
        #expect(lone.agent.selectedPair?.remote.address.description == Self.named)
        #expect(Self.send(&lone)?.remote.description == Self.named)
    }

    @Test func `the controlling agent waits for its answer`() {
        var lone = LoneAgent(.controlling)
        lone.addRemote(Self.named)
        lone.check(from: Self.named, as: .controlled)
        #expect(Self.early(&lone).isEmpty)
        #expect(Self.send(&lone) == nil)
    }
}

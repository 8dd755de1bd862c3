import ICE
import Testing
import WireFormat

@Suite("Lost packets")
struct LossTests {
    static let nats: [[TestNAT.Kind?]] = [[nil, nil], [.portRestricted, .portRestricted], [nil, .symmetric]]

    /// Every single packet of the first forty in turn.
    @Test(arguments: nats, Array(1...40))
    func anySinglePacket(_ nats: [TestNAT.Kind?], _ lost: Int) {
        var network = Scenario(nats: nats).makeNetwork()
        network.isLost = { _, packet in packet.number == lost }
        network.run(until: .zero + .seconds(3)) { $0.isConverged }
        #expect(network.isDirect)
        #expect(network.now <= .zero + .milliseconds(400))
        network.run(for: .seconds(3))
        #expect(network.isDirect)
    }

    /// The same while one side learns of the other 60 ms later, with the relay as the first path: no session ends split.
    @Test(arguments: [0, 1], Array(1...60))
    func anySinglePacketUnderSkew(_ late: Int, _ lost: Int) {
        var scenario = Scenario(nats: [.portRestricted, .portRestricted], hasTURN: true)
        scenario.credentialsAfter[late] = .milliseconds(80)
        scenario.signalingDelay[1 - late] = .milliseconds(80)
        var network = scenario.makeNetwork()
        network.isLost = { _, packet in packet.number == lost }
        network.run(until: .zero + .seconds(5)) { $0.isDirect }
        #expect(network.isDirect)
        #expect(network.now <= .zero + .milliseconds(500))
        network.run(for: .seconds(3))
        #expect(network.isDirect)
    }

    /// Every two in a row, as a full queue loses them.
    @Test(arguments: nats, Array(1...30))
    func anyTwoPackets(_ nats: [TestNAT.Kind?], _ lost: Int) {
        var network = Scenario(nats: nats).makeNetwork()
        network.isLost = { _, packet in packet.number == lost || packet.number == lost + 1 }
        network.run(for: .seconds(3))
        #expect(network.isDirect)
    }

    /// Whatever is lost, delayed and reordered, both sides end on one pair.
    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func aFifthOfAllForEver(_ seed: UInt64) {
        let kinds: [TestNAT.Kind?] = [nil, .fullCone, .portRestricted]
        var random = SeededRandom(seed: seed)
        var scenario = Scenario(nats: (0..<2).map { _ in kinds.randomElement(using: &random) ?? nil }, seed: seed)
        scenario.roles = (0..<2).map { _ in Bool.random(using: &random) ? .controlling : .controlled }
        scenario.credentialsAfter = (0..<2).map { _ in .milliseconds(Int64(random.next() % 200)) }
        scenario.signalingDelay = (0..<2).map { _ in .milliseconds(Int64(random.next() % 200)) }
        scenario.delay = (0..<2).map { _ in .milliseconds(Int64(random.next() % 100)) }
        var network = scenario.makeNetwork()
        network.jitter = .milliseconds(20)
        network.isLost = { network, _ in network.random.next() % 5 == 0 }
        network.run(for: .seconds(10))
        network.isLost = { _, _ in false }
        network.run(for: .seconds(12))
        #expect(network.isDirect)
        #expect(network.peers[0].agent.role != network.peers[1].agent.role)
    }

    /// The same seed gives the same packets at the same times; another seed gives others.
    @Test func oneSeedGivesOneRun() {
        func trace(_ seed: UInt64) -> UInt64 {
            var network = Scenario(nats: [.symmetric, .fullCone], seed: seed).makeNetwork()
            network.jitter = .milliseconds(20)
            network.isLost = { network, _ in network.random.next() % 5 == 0 }
            network.run(for: .seconds(30))
            return network.traceHash
        }
        #expect(trace(1) == trace(1))
        #expect(trace(1) != trace(2))
    }
}

import Testing
import Transport
import WireFormat

/// Every malformed frame by itself: the right refusal, and no effect.
@Suite struct MalformedPacketTests {
    typealias Failure = Connection.Failure

    static let packets: [([UInt8], Failure)] = [
        ([], .truncated),
        ([0x07], .unknownFrame(7)),
        ([0x1F], .unknownFrame(0x1F)),
        ([0x40, 0x99], .unknownFrame(0x99)),
        ([0x02], .truncated),
        ([0x02, 0x00, 0x00, 0x00, 0x00], .truncated),
        // Acknowledges packet 9, of which none was sent.
        ([0x02, 0x09, 0x00, 0x00, 0x00, 0x00], .acknowledgedUnsentPacket),
        ([0x02, 0x00, 0x00, 0x00, 0x00, 0x01], .malformedAcknowledgement),
        // A range that reaches below zero, and one whose gap does.
        ([0x02, 0x03, 0x00, 0x00, 0x01, 0x00, 0x00, 0x05], .malformedAcknowledgement),
        ([0x02, 0x03, 0x00, 0x00, 0x01, 0x00, 0x03, 0x00], .malformedAcknowledgement),
        // Too many ranges.
        ([0x02, 0x03, 0x00, 0x00, 0x20, 0x00], .malformedAcknowledgement),
        // An arrival beyond the clock's modulus.
        ([0x02, 0x00, 0x00, 0xC0, 0, 0, 1, 0, 0, 0, 0, 0x00, 0x00], .malformedAcknowledgement),
        ([0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01], .truncated),
        ([0x04, 0x00, 0x00], .malformedInput),
        ([0x04, 0x00, 0x01, 0x00], .malformedInput),
        ([0x04, 0x00, 0x01, 0xFF], .malformedInput),
        ([0x04, 0x00, 0x01, 0x05, 1, 2], .truncated),
        ([0x04, 0x41, 0x01, 0x01, 0x01, 7], .malformedInput),
        ([0x04, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01, 7], .malformedInput),
        ([0x08, 0x10, 0x00, 0x00, 0x00], .unknownStream(16)),
        ([0x08, 0x00, 0x00, 0x00, 0x05, 1], .truncated),
        ([0x08, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x01, 1], .flowControlExceeded),
        ([0x08, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x01, 1], .flowControlExceeded),
        ([0x09, 0x02, 0x00, 0x00, 0x01, 1], .unknownFrame(9)),
        ([0x0A], .truncated),
        ([0x0B, 0x11, 0x00], .unknownStream(17)),
        ([0x1C, 0x00, 0xFF], .malformedClose),
        ([0x1C, 0x00, 0x02, 0x41], .truncated),
        ([0x1C, 0x00, 0x01, 0xFF], .malformedClose),
        // Good frames before a bad one have no effect either.
        ([0x04, 0x00, 0x01, 0x01, 7, 0x07], .unknownFrame(7)),
    ]

    @Test(arguments: packets)
    func isRefusedWhole(packet: [UInt8], failure: Failure) {
        var peer = Peer(Connection(path: PathIdentifier(1), at: .zero))
        peer.receive(packet, number: 0, at: .zero)
        #expect(peer.refusals == [failure])
        peer.drainEvents()
        #expect(peer.inputs.isEmpty)
        #expect(peer.connection.isOpen)
        #expect(peer.connection.nextDeadline == nil)
        let answer = peer.transmit(at: .zero)
        #expect(answer == nil)
        // The number was not used up: a good packet may carry it.
        peer.receive([0x01], number: 0, at: .zero)
        #expect(peer.refusals.count == 1)
    }

    @Test func duplicatesAreRefused() {
        var peer = Peer(Connection(path: PathIdentifier(1), at: .zero))
        let packet: [UInt8] = [0x04, 0x00, 0x01, 0x01, 7]
        for _ in 0..<3 { peer.receive(packet, number: 5, at: .zero) }
        peer.drainEvents()
        #expect(peer.inputs == [[7]])
        #expect(peer.refusals == [.duplicatePacket, .duplicatePacket])
    }

    /// One-byte pieces with gaps: refused before they cost memory.
    @Test func gapsAreBounded() {
        var peer = Peer(Connection(path: PathIdentifier(1), at: .zero))
        for piece in 0..<3_000 {
            let offset = UInt32(2 + piece * 2) | 0x8000_0000
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: offset >> (24 - 8 * UInt32($0))) }
            peer.receive([0x08, 0x02] + bytes + [0x00, 0x01, 9], number: UInt64(piece), at: .zero)
        }
        #expect(peer.refusals.count == 3_000 - 1_024)
        #expect(peer.refusals.allSatisfy { $0 == .tooManyGaps })
    }

    /// Random bytes and random frames: nothing traps, nothing grows.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func randomBytesDoNoHarm(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var peer = Peer(Connection(path: PathIdentifier(1), at: .zero))
        let types: [UInt8] = [0, 1, 2, 3, 4, 8, 9, 10, 11, 16]
        for number in 0..<2_000 as Range<UInt64> {
            var packet = random.bytes(count: Int.random(in: 0...60, using: &random))
            if !packet.isEmpty { packet[0] = types[Int.random(in: 0..<types.count, using: &random)] }
            for index in packet.indices where index % 2 == 1 && Bool.random(using: &random) { packet[index] &= 0x0F }
            let now = Instant(nanoseconds: Int64(number) * 3_000_000)
            peer.receive(packet, number: number, at: now)
            peer.advance(to: now)
            if number % 50 == 0 { peer.channel.change(Int(number % 64)) }
            while let sent = peer.transmit(at: now) { #expect(sent.bytes.count <= 1_500) }
            peer.drainEvents()
        }
        #expect(peer.connection.memoryBytes < 4 << 20)
    }
}

import NetworkIO
import TURN
import Testing
import WireFormat

/// TURN between a client over TCP and a peer over UDP, all on real sockets.
@Suite struct RelayOverStreamTests {
    /// Payloads of all lengths modulo four, so that padding is needed and must not be delivered.
    private static let payloads = (0..<200).map { FrameMachine.frame($0, count: $0 * 7 % 1_190) }

    private static func expectEcho(_ world: RelayWorld, relayed: TransportAddress) {
        for start in stride(from: 0, to: payloads.count, by: 20) {
            let count = world.client.machine.received.count
            world.client.machine.outgoing += payloads[start..<start + 20].map { (world.peerAddress, $0) }
            world.turn { world.client.machine.received.count == count + 20 }
        }
        #expect(world.peer.machine.received.suffix(200).map(\.bytes) == payloads)
        #expect(world.peer.machine.received.allSatisfy { $0.path.remote == relayed })
        #expect(world.client.machine.received.suffix(200).map(\.bytes) == payloads)
        #expect(world.client.machine.received.allSatisfy { $0.peer == world.peerAddress })
    }

    @Test func payloadsGoBothWaysByIndicationsAndByChannels() throws {
        let world = try RelayWorld()
        let relayed = try world.allocate()
        Self.expectEcho(world, relayed: relayed)
        world.client.machine.client?.bindChannel(to: world.peerAddress, at: world.client.now)
        world.turn { world.client.machine.client?.hasChannel(to: world.peerAddress) == true }
        let before = world.client.streamStatistics.bytesSent
        Self.expectEcho(world, relayed: relayed)
        // Four bytes of header and at most three of padding.
        let plain = UInt64(Self.payloads.reduce(0) { $0 + ($1.count + 3) & ~3 })
        #expect(world.client.streamStatistics.bytesSent - before == plain + 4 * 200)
        #expect(world.server.machine.server.statistics.malformed == 0)
        #expect(world.server.statistics.rejected == 0 && world.server.streamStatistics.framesRejected == 0)
    }

    @Test func theMappedAddressIsTheConnections() throws {
        let world = try RelayWorld()
        let path = try world.connect()
        world.turn { world.client.machine.client?.mappedAddress != nil }
        #expect(world.client.machine.client?.mappedAddress == path.local)
    }

    @Test func theAllocationEndsWithTheConnection() throws {
        let world = try RelayWorld()
        _ = try world.allocate()
        let path = try #require(world.client.machine.client?.path)
        world.client.closeStream(path)
        world.turn { world.server.machine.server.allocationCount == 0 }
        #expect(world.server.machine.server.allocationCount == 0)
        #expect(world.client.machine.events.last == .failed(.connectionLost))
        let ends = world.server.machine.events.compactMap { event in
            if case .allocationEnded(let record, let end) = event { (record.client.transport, end) } else { nil }
        }
        #expect(ends.count == 1 && ends.first.map { $0 == (.tcp, .connectionClosed) } == true)
        // The client finds its way back on a new connection.
        let relayed = try world.allocate()
        Self.expectEcho(world, relayed: relayed)
    }

    @Test func theServersEndTellsTheClient() throws {
        let world = try RelayWorld()
        _ = try world.allocate()
        let path = try #require(world.client.machine.client?.path)
        world.server.closeStream(Path(transport: .tcp, local: path.remote, remote: path.local))
        world.turn { !world.client.machine.closed.isEmpty }
        #expect(world.client.machine.closed == [path])
        #expect(world.client.machine.events.last == .failed(.connectionLost))
    }

    @Test func aClientMayWriteByteByByte() throws {
        let world = try RelayWorld()
        let raw = try RawStream(to: world.address)
        world.turn { world.server.streamStatistics.accepted == 1 }
        // The client cannot know its own port here, and need not: the server answers on the connection.
        let local = try #require(TransportAddress("127.0.0.1:1"))
        var client = world.makeClient(on: local)
        client.start(at: world.server.now)
        var pending: [UInt8] = []
        world.turn {
            write(&client, to: raw, at: world.server.now)
            read(from: raw, &pending, &client, at: world.server.now)
            return client.relayedAddress != nil
        }
        #expect(client.relayedAddress != nil)
        #expect(world.server.machine.server.allocationCount == 1)
    }

    private func write(_ client: inout TURN.Client, to raw: RawStream, at now: Instant) {
        var isMessage = true
        while isMessage {
            let bytes = [UInt8](capacity: 1_500) { isMessage = client.pollTransmit(into: &$0, at: now) != nil }
            for byte in bytes { raw.write([byte]) }
        }
    }

    private func read(
        from raw: RawStream, _ pending: inout [UInt8], _ client: inout TURN.Client, at now: Instant
    ) {
        pending += raw.read() ?? []
        let path = client.path
        while let size = try? StreamDeframer.frameSize(pending.span, limit: 2_048), size <= pending.count {
            let frame = Array(pending.prefix(size))
            pending.removeFirst(size)
            _ = try? client.receive(frame.span, on: path, at: now)
        }
    }

    /// HTTP, TLS, a STUN header with a length that is none, ChannelData without a channel, an oversize message.
    @Test(arguments: [
        [UInt8]("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3],
        [0, 1, 0, 3, 0, 0, 0, 0], [0x40, 0, 0, 4, 1, 2, 3, 4], [0, 1, 0x20, 0, 7, 7, 7],
        [0x80, 1, 2, 3, 4], [0, 1, 0, 4] + [UInt8](repeating: 9, count: 20),
    ])
    func whatIsNotTURNIsHungUpOn(bytes: [UInt8]) throws {
        let world = try RelayWorld()
        let relayed = try world.allocate()
        let bad = try RawStream(to: world.address)
        bad.write(bytes)
        world.turn { world.server.streamStatistics.accepted == 2 && world.server.streamStatistics.connections == 1 }
        #expect(world.server.streamStatistics.accepted == 2 && world.server.streamStatistics.connections == 1)
        #expect(bad.read() == nil)
        Self.expectEcho(world, relayed: relayed)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func mutatedTrafficHarmsNobody(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let world = try RelayWorld()
        let relayed = try world.allocate()
        // A whole Allocate request, as a client writes it.
        var client = world.makeClient(on: world.address)
        client.start(at: world.server.now)
        let request = [UInt8](capacity: 1_500) { _ = client.pollTransmit(into: &$0, at: world.server.now) }
        for _ in 0..<80 {
            let bad = try RawStream(to: world.address)
            for _ in 0..<6 {
                var bytes = request
                for _ in 0..<random.next() % 4 {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                bad.write(bytes)
                world.server.turn(atMost: .zero)
            }
        }
        world.turn {
            world.server.streamStatistics.accepted == 81 && world.server.streamStatistics.connections == 1
        }
        #expect(world.server.streamStatistics.accepted == 81 && world.server.streamStatistics.connections == 1)
        #expect(world.server.machine.server.allocationCount == 1)
        Self.expectEcho(world, relayed: relayed)
    }

    @Test func connectionsWithoutAnAllocationAreDropped() throws {
        let world = try RelayWorld { $0.trial = .seconds(2) }
        let idle = try RawStream(to: world.address)
        var client = world.makeClient(on: world.address)
        client.start(at: world.server.now)
        // It asks once, gets its challenge, and leaves it at that.
        idle.write([UInt8](capacity: 1_500) { _ = client.pollTransmit(into: &$0, at: world.server.now) })
        world.turn { world.server.streamStatistics.endedAsUnwanted == 1 }
        #expect(world.server.streamStatistics.endedAsUnwanted == 1)
        #expect(world.server.machine.server.statistics.challenges == 1)
        // Who has an allocation stays.
        let relayed = try world.allocate()
        let start = world.server.now
        world.turn { world.server.now - start > .milliseconds(2_500) }
        Self.expectEcho(world, relayed: relayed)
    }

    @Test func aFloodFromPeersDropsWholeFrames() throws {
        let world = try RelayWorld { $0.sendBufferBytes = 8_192 }
        let relayed = try world.allocate()
        let flood = (0..<4_000).map { FrameMachine.frame($0, count: 1_000) }
        for start in stride(from: 0, to: flood.count, by: 100) {
            world.peer.machine.outgoing += flood[start..<start + 100].map {
                (Path(local: world.peerAddress, remote: relayed), $0)
            }
            world.peer.turn(atMost: .zero)
            // The client does not read meanwhile.
            world.server.turn(atMost: .milliseconds(1))
        }
        world.peer.machine.echoes = false
        let statistics = world.server.streamStatistics
        #expect(statistics.framesDropped > 0 && statistics.connections == 1)
        let numbers = { world.client.machine.received.map { FrameMachine.number(of: $0.bytes) } }
        world.client.machine.outgoing.append((world.peerAddress, FrameMachine.frame(1)))
        world.turn { UInt64(world.client.machine.received.count) + 5 >= world.server.streamStatistics.framesSent }
        #expect(!numbers().isEmpty)
        #expect(zip(numbers(), numbers().dropFirst()).allSatisfy { $0 < $1 })
        #expect(world.client.machine.received.allSatisfy { $0.bytes.count == 1_006 })
    }
}

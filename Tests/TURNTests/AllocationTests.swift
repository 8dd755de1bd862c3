import AllocationCounter
import STUN
import TURN
import Testing
import WireFormat

/// Payloads pass a relay, and its clients, without memory of their own.
@Suite struct AllocationTests {
    private static let peer = address("192.0.2.9:5000")
    private static let channelPeer = address("192.0.2.9:5001")

    enum Way: CaseIterable {
        case channelToPeer
        case indicationToPeer
        case peerToChannel
        case peerToIndication
    }

    @Test(arguments: Way.allCases, [TransportProtocol.udp, .tcp])
    func theServerForwardsWithoutAllocation(_ way: Way, transport: TransportProtocol) throws {
        var client = RawClient(transport: transport)
        var (server, relayed) = try ForwardTests.server(transport, &client)
        let payload = [UInt8](repeating: 0x5A, count: 1_200)
        let (datagram, path): ([UInt8], Path) =
            switch way {
            case .channelToPeer: (ForwardTests.channelData(0x4000, payload), client.path)
            case .indicationToPeer: (ForwardTests.send(payload, to: Self.peer), client.path)
            case .peerToChannel: (payload, Path(local: relayed, remote: Self.channelPeer))
            case .peerToIndication: (payload, Path(local: relayed, remote: Self.peer))
            }
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1_500)
        defer { room.deallocate() }
        var now = Instant.zero
        var forwarded = 0
        func forward() {
            now = now + .microseconds(10)
            var packet = OutputSpan(buffer: room, initializedCount: 0)
            guard server.isPayload(datagram.span, on: path) else { return }
            if (try? server.forward(datagram.span, on: path, at: now, into: &packet)) != nil { forwarded += 1 }
        }
        forward()
        let before = allocation_count()
        for _ in 0..<10_000 { forward() }
        #expect(allocation_count() - before == 0)
        #expect(forwarded == 10_001)
    }

    @Test(arguments: [true, false]) func theClientFramesWithoutAllocation(hasChannel: Bool) throws {
        var world = World()
        let (index, _) = try world.allocate()
        _ = world.clients[index].permit(Self.peer, at: world.now)
        if hasChannel { _ = world.clients[index].bindChannel(to: Self.peer, at: world.now) }
        world.run(for: .seconds(1))
        try #require(world.clients[index].hasChannel(to: Self.peer) == hasChannel)
        var client = world.clients[index]
        let payload = [UInt8](repeating: 0x5A, count: 1_200)
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1_500)
        defer { room.deallocate() }
        var sent = 0
        func send() {
            var packet = OutputSpan(buffer: room, initializedCount: 0)
            if client.send(payload.span, to: Self.peer, into: &packet, at: world.now) != nil { sent += 1 }
        }
        send()
        let before = allocation_count()
        for _ in 0..<10_000 { send() }
        #expect(allocation_count() - before == 0)
        #expect(sent == 10_001)
    }
}

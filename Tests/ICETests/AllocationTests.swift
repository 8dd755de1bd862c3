import AllocationCounter
import ICE
import Testing
import WireFormat

/// The session's records pass the agent without memory of their own, direct and relayed, out and in.
@Suite struct AllocationTests {
    @Test(arguments: [false, true]) func recordsAllocateNothing(isRelayed: Bool) throws {
        let policy = isRelayed ? Agent.Policy.relayOnly : .all
        var network = Scenario(policies: [policy, .all], hasTURN: true).makeNetwork()
        network.run(for: .seconds(3))
        try #require(network.isConverged && network.isDirect != isRelayed)
        // Its packets, as they leave the relayed side and as they arrive there.
        var agent = network.peers[0].agent
        let pair = try #require(agent.selectedIdentifier)
        var arriving: (bytes: [UInt8], path: Path)?
        let local = network.peers[0].sockets[0]
        network.meddle = { _, packet in
            // The record, bare or on a channel, where checks travel too but are longer.
            if packet.to == local, packet.bytes[0] >> 6 != 0, packet.bytes.count < 20 {
                arriving = (packet.bytes, Path(local: local, remote: packet.from))
            }
            return [packet]
        }
        network.sendData(1, from: 1)
        network.run(for: .milliseconds(500))
        let arrived = try #require(arriving)
        let payload = [UInt8](repeating: 0xA5, count: 1_200)
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1_500)
        defer { room.deallocate() }
        var (sent, received) = (0, 0)
        let now = network.now
        func pass() {
            var packet = OutputSpan(buffer: room, initializedCount: 0)
            if agent.send(payload.span, over: pair, into: &packet, at: now) != nil { sent += 1 }
            if case .payload = try? agent.receive(arrived.bytes.span, on: arrived.path, at: now) { received += 1 }
        }
        pass()
        let before = allocation_count()
        for _ in 0..<10_000 { pass() }
        #expect(allocation_count() - before == 0)
        #expect(sent == 10_001 && received == 10_001)
    }
}

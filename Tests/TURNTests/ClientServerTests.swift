import STUN
import TURN
import Testing
import WireFormat

/// A client against the server, back to back.
@Suite struct ClientServerTests {
    let peer = address("192.0.2.9:5000")

    @Test(arguments: TransportProtocol.allCases)
    func payloadsPassBothWays(transport: TransportProtocol) throws {
        var world = World()
        let (client, relayed) = try world.allocate(transport: transport)
        #expect(world.clientEvents[client] == [.allocated(relayed: relayed, mapped: address("198.51.100.7:40000"))])
        #expect(relayed.ip == ip("203.0.113.1"))

        world.clients[client].permit(peer, at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .permissionInstalled(peer.ip))
        let indicationSize = world.send([1, 2, 3], from: client, to: peer)
        world.peerSends([4, 5], from: peer, to: relayed)
        world.run(for: .seconds(1))

        world.clients[client].bindChannel(to: peer, at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client].last == .channelBound(peer))
        let channelSize = world.send([6, 7, 8, 9, 10], from: client, to: peer)
        world.peerSends([], from: peer, to: relayed)
        world.peerSends([11], from: peer, to: relayed)
        world.run(for: .seconds(1))

        #expect(indicationSize == 20 + 12 + 4 + 4)
        #expect(channelSize == (transport == .udp ? 9 : 12))
        #expect(world.peerInbox.map(\.bytes) == [[1, 2, 3], [6, 7, 8, 9, 10]])
        #expect(world.peerInbox.allSatisfy { $0.from == relayed && $0.to == peer })
        #expect(world.clientInbox[client].map(\.bytes) == [[4, 5], [], [11]])
        #expect(world.clientInbox[client].allSatisfy { $0.peer == peer })
        #expect(world.serverFailures.isEmpty && world.clientFailures.isEmpty)
        let traffic = world.server.records.first?.traffic
        #expect(traffic?.bytesToPeers == 8 && traffic?.packetsToPeers == 2)
        #expect(traffic?.bytesToClient == 3 && traffic?.packetsToClient == 3)
    }
}

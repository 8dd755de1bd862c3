import STUN
import TURN
import Testing
import WireFormat

/// Refreshes that no answer comes to: what the server has confirmed lives on until it ends there.
@Suite struct RefreshTests {
    private let peer = address("192.0.2.9:5000")

    /// A client with an allocation since about zero, and a channel, which gives a request up after 4.6 s.
    private func connected(_ world: inout World) throws -> (client: Int, relayed: TransportAddress) {
        let client = world.addClient {
            $0.retransmission = RetransmissionPolicy(
                initialTimeout: .milliseconds(200), sendCount: 5, finalWaitFactor: 8)
        }
        world.run(for: .seconds(1))
        world.clients[client].bindChannel(to: peer, at: world.now)
        world.run(for: .seconds(1))
        #expect(world.clients[client].hasChannel(to: peer))
        return (client, try #require(world.clients[client].relayedAddress))
    }

    /// The network is away for ten seconds, just when the permission (at 240 s), the allocation (at 270 s) or the channel
    /// (at 540 s) is refreshed.
    @Test(arguments: [238, 268, 538] as [Int64]) func oneOutageEndsNothing(outage: Int64) throws {
        var world = World()
        let (client, relayed) = try connected(&world)
        world.run(for: .seconds(outage) - (world.now - .zero))
        world.isServerDown = true
        world.run(for: .seconds(10))
        world.isServerDown = false
        // Longer than any of the three lives without having been refreshed.
        for _ in 0..<100 {
            world.run(for: .seconds(10))
            world.peerSends([1], from: peer, to: relayed)
            let size = world.send([2, 3, 4, 5], from: client, to: peer)
            #expect(size == 8)
        }
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress == relayed)
        #expect(world.clientInbox[client].count == 100 && world.peerInbox.count == 100)
        #expect(world.clientEvents[client].count == 3)
    }

    /// A server that is gone for good is asked ever more often, and each is given up when it has ended.
    @Test func whatHasEndedIsGivenUp() throws {
        var world = World()
        let (client, _) = try connected(&world)
        world.isServerDown = true
        let before = world.clientEvents[client].count
        world.run(for: .seconds(298))
        #expect(world.clientEvents[client].count == before)
        world.run(for: .seconds(12))
        #expect(world.clientEvents[client].dropFirst(before) == [.permissionRefused(peer.ip, nil)])
        world.run(for: .seconds(280))
        #expect(world.clients[client].relayedAddress != nil)
        world.run(for: .seconds(20))
        #expect(world.clientEvents[client].last == .failed(.timeout))
        #expect(world.clients[client].nextDeadline == nil)
    }

    /// A refusal ends it at once, as before.
    @Test func aRefusalEndsIt() throws {
        var world = World()
        let (client, _) = try connected(&world)
        world.server = World(seed: 77).server
        world.run(for: .seconds(245))
        #expect(world.clientEvents[client].last == .failed(.refused(.allocationMismatch)))
    }
}

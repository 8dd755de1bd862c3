import STUN
import TURN
import Testing
import WireFormat

/// An IPv4 and an IPv6 relayed address in one allocation (RFC 8656 section 7).
@Suite struct DualAllocationTests {
    private let peers = [address("192.0.2.9:5000"), address("[2620::9]:5000")]

    private func dual(
        _ world: inout World, transport: TransportProtocol = .udp
    ) throws -> (client: Int, relayed: [TransportAddress]) {
        let client = world.addClient(transport: transport) { $0.wantsBothFamilies = true }
        world.run(for: .seconds(1))
        return (
            client,
            [
                try #require(world.clients[client].relayedAddress),
                try #require(world.clients[client].additionalRelayedAddress),
            ]
        )
    }

    @Test(arguments: TransportProtocol.allCases)
    func bothRelayBothWays(transport: TransportProtocol) throws {
        var world = World()
        let (client, relayed) = try dual(&world, transport: transport)
        #expect(world.clientEvents[client].last == .allocatedAlso(relayed: relayed[1]))
        #expect(relayed.map(\.ip) == [ip("203.0.113.1"), ip("2001:db8::1")] && relayed[0].port == relayed[1].port)
        #expect(world.openRelays == Set(relayed))
        for (index, peer) in peers.enumerated() {
            world.clients[client].permit(peer, at: world.now)
            world.run(for: .seconds(1))
            world.send([UInt8(index), 1], from: client, to: peer)
            world.clients[client].bindChannel(to: peer, at: world.now)
            world.run(for: .seconds(1))
            world.send([UInt8(index), 2], from: client, to: peer)
            world.peerSends([UInt8(index), 3], from: peer, to: relayed[index])
            world.run(for: .seconds(1))
        }
        #expect(world.peerInbox.map(\.bytes) == [[0, 1], [0, 2], [1, 1], [1, 2]])
        #expect(world.peerInbox.map(\.from) == [relayed[0], relayed[0], relayed[1], relayed[1]])
        #expect(world.clientInbox[client].map(\.bytes) == [[0, 3], [1, 3]])
        #expect(world.serverFailures.isEmpty && world.clientFailures.isEmpty)
        world.clients[client].deallocate(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.openRelays.isEmpty && world.server.allocationCount == 0)
    }

    /// Two dual allocations of one server reach each other in both families.
    @Test func relaysMeetInBothFamilies() throws {
        var world = World()
        let (first, firstRelayed) = try dual(&world)
        let second = world.addClient("198.51.100.8:40000", user: "other") { $0.wantsBothFamilies = true }
        world.run(for: .seconds(1))
        let other = try [
            #require(world.clients[second].relayedAddress), #require(world.clients[second].additionalRelayedAddress),
        ]
        for index in 0..<2 {
            world.clients[first].permit(other[index], at: world.now)
            world.clients[second].permit(firstRelayed[index], at: world.now)
            world.run(for: .seconds(1))
            world.send([UInt8(index)], from: first, to: other[index])
            world.run(for: .seconds(1))
        }
        #expect(world.clientInbox[second] == (0..<2).map { World.Inbound(peer: firstRelayed[$0], bytes: [UInt8($0)]) })
    }

    @Test func withoutIPv6TheServerSaysWhy() {
        var world = World { $0.relays = [Server.RelayAddress(bound: ip("203.0.113.1"))] }
        let client = world.addClient { $0.wantsBothFamilies = true }
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress != nil)
        #expect(world.clientEvents[client].last == .additionalFamilyRefused(.addressFamilyNotSupported))
    }

    @Test func withoutAnIPv6SocketTheServerSaysWhy() {
        var world = World()
        world.refusesIPv6Relays = true
        let client = world.addClient { $0.wantsBothFamilies = true }
        world.run(for: .seconds(1))
        #expect(world.clients[client].relayedAddress != nil && world.openRelays.count == 1)
        #expect(world.clientEvents[client].last == .additionalFamilyRefused(.insufficientCapacity))
    }

    /// A Refresh with a family and no lifetime gives back one half (RFC 8656 section 8.2).
    @Test(arguments: [AddressFamily.ipv4, .ipv6])
    func oneHalfCanBeGivenBack(family: AddressFamily) {
        var server = World().server
        var client = RawClient()
        client.challenge(&server, at: .zero)
        let allocation = client.allocate(&server, at: .zero) { $0.add(.additionalAddressFamily, leading: 2, to: &$1) }
        #expect(allocation?.isSuccess == true)
        let release = client.request(.refresh) { message, packet in
            message.add(.lifetime, UInt32(0), to: &packet)
            message.add(.requestedAddressFamily, leading: family.rawValue, to: &packet)
        }
        #expect(client.exchange(release, with: &server, at: .zero)?.isSuccess == true)
        #expect(server.allocationCount == 1)
        let isPermitted = peers.map { client.permit([$0], &server, at: .zero)?.code }
        #expect(
            isPermitted
                == (family == .ipv4 ? [.peerAddressFamilyMismatch, nil] : [nil, .peerAddressFamilyMismatch]))
        let again = client.exchange(release, with: &server, at: .zero)
        #expect(again?.code == .peerAddressFamilyMismatch)
    }
}

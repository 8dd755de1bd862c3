import STUN
import TURN
import Testing
import WireFormat

/// An allocation that follows its client to another address (RFC 8016).
@Suite struct MobilityTests {
    private let peer = address("192.0.2.9:5000")
    private let home = "198.51.100.7:40000"
    private let abroad = address("198.51.100.200:1234")

    private func mobile(
        _ world: inout World, transport: TransportProtocol = .udp
    ) throws -> (client: Int, relayed: TransportAddress) {
        let client = world.addClient(home, transport: transport) { $0.isMobile = true }
        world.run(for: .seconds(1))
        world.clients[client].bindChannel(to: peer, at: world.now)
        world.run(for: .seconds(1))
        return (client, try #require(world.clients[client].relayedAddress))
    }

    @Test(arguments: TransportProtocol.allCases)
    func relayedAddressPermissionsAndChannelsStay(transport: TransportProtocol) throws {
        var world = World()
        let (client, relayed) = try mobile(&world, transport: transport)
        for round in 0..<3 {
            let local = TransportAddress(ip: abroad.ip, port: abroad.port + UInt16(round))
            if transport != .udp {
                world.server.connectionClosed(
                    Path(transport: transport, local: World.serverAddress, remote: world.clients[client].local))
            }
            let hasMoved = world.clients[client].move(to: local, at: world.now)
            #expect(hasMoved)
            world.run(for: .seconds(1))
            #expect(world.clientEvents[client].contains(.moved) && world.clients[client].relayedAddress == relayed)
            world.clientEvents[client] = []
            #expect(world.server.allocationCount == 1 && world.server.records.first?.client.remote == local)
            let size = world.send([UInt8(round)], from: client, to: peer)
            world.peerSends([UInt8(round), 1], from: peer, to: relayed)
            world.run(for: .seconds(1))
            #expect(size == (transport == .udp ? 5 : 8))
        }
        #expect(world.peerInbox.map(\.bytes) == [[0], [1], [2]])
        #expect(world.clientInbox[client].map(\.bytes) == [[0, 1], [1, 1], [2, 1]])
        #expect(world.server.statistics.allocationsMoved == 3)
        world.clients[client].deallocate(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.server.allocationCount == 0 && world.openRelays.isEmpty)
    }

    @Test(arguments: 0..<10)
    func aLossyNetworkOnlyDelays(seed: Int) throws {
        var world = World(seed: UInt64(seed))
        let (client, relayed) = try mobile(&world)
        world.loss = 0.25
        world.clients[client].move(to: abroad, at: world.now)
        world.run(for: .seconds(40))
        #expect(world.clientEvents[client].contains(.moved))
        #expect(world.clients[client].relayedAddress == relayed)
        world.loss = 0
        world.run(for: .seconds(1_200))
        #expect(world.clients[client].hasChannel(to: peer) && world.server.records.first?.client.remote == abroad)
    }

    @Test func withoutATicketNothingMoves() throws {
        var world = World()
        let (client, _) = try world.allocate()
        let hasMoved = world.clients[client].move(to: abroad, at: world.now)
        #expect(!hasMoved)
    }

    /// What a stranger, another user or an old ticket gets is the answer for no allocation at all.
    @Test func ticketsCannotBeStolen() throws {
        var world = World()
        let (client, _) = try mobile(&world)
        func attempt(_ user: String, _ ticket: [UInt8]) -> ErrorCode? {
            var raw = RawClient("198.51.100.66:6", user: user)
            raw.challenge(&world.server, at: world.now)
            let bytes = raw.request(.refresh) { message, packet in
                message.add(.mobilityTicket, ticket.span, to: &packet)
            }
            return raw.exchange(bytes, with: &world.server, at: world.now)?.code
        }
        let identifier = try #require(world.server.records.first?.identifier)
        let name = (0..<8).map { UInt8(truncatingIfNeeded: identifier.rawValue >> UInt64(56 - $0 * 8)) }
        for size in [0, 8, 16, 23, 25, 400] {
            #expect(attempt("session", [UInt8](repeating: 0, count: size)) == .allocationMismatch)
        }
        #expect(attempt("session", name + [UInt8](repeating: 0, count: 16)) == .allocationMismatch)
        #expect(attempt("another", name + [UInt8](repeating: 0, count: 16)) == .allocationMismatch)
        #expect(world.server.records.first?.client.remote == world.clients[client].local)
    }
}

import PeerSession
import Rendezvous
import SecureChannel
import Testing
import WireFormat

/// The addresses of the servers that signaling names.
@Suite struct ServerAddressTests {
    private static let name = "stun.example"
    private static let address = IPAddress.v4(0x0A00_00F0)
    private static let servers = [TraversalServer(kind: .stun, host: name, port: 3_478)]

    private func world() -> World {
        let world = World(.authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1))
        world.standbyServers = Self.servers
        world.sessionServers = Self.servers
        world.run(for: .seconds(1))
        return world
    }

    private func questions(_ events: [PeerEvent]) -> Int { events.count { $0 == .resolve(Self.name) } }

    @Test func `a name that a waiting host could not look up is asked for again`() {
        let world = world()
        #expect(questions(world.hostEvents) == 1)
        world.actAsHost { $0.resolved(Self.name, [], at: $1) }
        #expect(questions(world.hostEvents) == 1, "not at once, and not without end")
        world.actAsHost { $0.networkChanged(at: $1) }
        #expect(questions(world.hostEvents) == 2)
        world.actAsHost { $0.resolved(Self.name, [Self.address], at: $1) }
        #expect(world.datagrams.contains { $0.path.remote.ip == Self.address })
        world.actAsHost { $0.networkChanged(at: $1) }
        #expect(questions(world.hostEvents) == 2)
    }

    @Test func `who knocks and is not let in takes nothing of what is prepared`() throws {
        let world = World(.authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1))
        world.standbyServers = [
            TraversalServer(kind: .stun, host: Self.address.description, port: 3_478)
        ]
        world.run(for: .seconds(1))
        #expect(world.standbyCount == 1)
        let venue = Venue.host(try #require(HostIdentifier(World.keys(1).publicKey.bytes)))
        for _ in 0..<5 {
            world.knock(at: venue, offer: [1, 2, 3])
            world.run(for: .seconds(2))
        }
        #expect(world.standbyCount == 6)
        #expect(world.hostEvents.count { $0 == .refused(.malformed) } == 5)
        #expect(!world.hostEvents.contains { if case .socketsReleased = $0 { true } else { false } })
        // Other servers, and another connection, are reasons to begin anew.
        world.standbyServers[0].port = 3_479
        world.knock(at: venue, offer: [1, 2, 3])
        world.run(for: .seconds(2))
        #expect(world.hostEvents.contains(.socketsReleased(0)))
        world.actAsHost { $0.signalingClosed(at: $1) }
        world.run(for: .seconds(20))
        #expect(world.hostEvents.contains(.socketsReleased(1)))
    }

    @Test func `a name that could not be looked up in a session is asked for again`() throws {
        let world = world()
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2))
        world.run(for: .seconds(1))
        let before = questions(world.hostEvents)
        world.actAsHost { $0.resolved(Self.name, [], at: $1) }
        world.actAsHost { $0.networkChanged(at: $1) }
        #expect(questions(world.hostEvents) == before + 1)
        #expect(questions(world.viewerEvents[0]) == 1)
        world.actAsViewer(0) { $0.resolved(Self.name, [], at: $1) }
        world.actAsViewer(0) { $0.networkChanged(at: $1) }
        #expect(questions(world.viewerEvents[0]) == 2)
        world.actAsViewer(0) { $0.resolved(Self.name, [Self.address], at: $1) }
        #expect(world.datagrams.contains { $0.path.remote.ip == Self.address })
    }
}

import STUN
import TURN
import Testing
import WireFormat

/// EVEN-PORT with its flag, and RESERVATION-TOKEN (RFC 8656 sections 7.1, 18.7 and 18.9).
@Suite struct ReservationTests {
    private func reserved(
        _ world: inout World, user: String = "session"
    ) throws -> (relayed: TransportAddress, token: UInt64) {
        let first = world.addClient(user: user) { $0.port = .evenAndNext }
        world.run(for: .seconds(1))
        guard case .reserved(let token)? = world.clientEvents[first].last else {
            Issue.record("no token in \(world.clientEvents[first])")
            return (address("0.0.0.0:0"), 0)
        }
        return (try #require(world.clients[first].relayedAddress), token)
    }

    @Test func theNextPortGoesToTheToken() throws {
        var world = World()
        let (relayed, token) = try reserved(&world)
        #expect(relayed.port.isMultiple(of: 2))
        let second = world.addClient("198.51.100.7:40001") { $0.port = .reserved(token) }
        world.run(for: .seconds(1))
        #expect(world.clients[second].relayedAddress == TransportAddress(ip: relayed.ip, port: relayed.port + 1))
        let third = world.addClient("198.51.100.7:40002") { $0.port = .reserved(token) }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[third] == [.failed(.refused(.insufficientCapacity))])
    }

    /// Nobody else on the machine gets it.
    @Test func theNextPortIsOpenWhileItWaits() throws {
        var world = World()
        let (relayed, token) = try reserved(&world)
        let next = TransportAddress(ip: relayed.ip, port: relayed.port + 1)
        #expect(world.openRelays == [relayed, next])
        let second = world.addClient("198.51.100.7:40001") { $0.port = .reserved(token) }
        world.run(for: .seconds(60))
        #expect(world.clients[second].relayedAddress == next)
        #expect(world.openRelays == [relayed, next])
        let opened = world.serverEvents.filter { if case .openRelay = $0 { true } else { false } }
        #expect(opened.count == 2)
        world.clients[second].deallocate(at: world.now)
        world.run(for: .seconds(1))
        #expect(world.openRelays == [relayed])
    }

    @Test func aNextPortThatNobodyComesForIsClosed() throws {
        var world = World()
        let (relayed, _) = try reserved(&world)
        world.run(for: .seconds(31))
        #expect(world.openRelays == [relayed])
    }

    /// Another program has the next port of one of two pairs: whichever is tried first, the other is had.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func aPairIsHadWhole(_ seed: UInt64) throws {
        var world = World(seed: seed) { $0.relayPorts = 50_000...50_003 }
        world.refusedPorts = [50_001]
        let (relayed, token) = try reserved(&world)
        #expect(relayed.port == 50_002)
        #expect(world.openRelays == [relayed, TransportAddress(ip: relayed.ip, port: 50_003)])
        let second = world.addClient("198.51.100.7:40001") { $0.port = .reserved(token) }
        world.run(for: .seconds(1))
        #expect(world.clients[second].relayedAddress?.port == 50_003)
    }

    /// Both ports of a pair are of the family that was asked for, also where there is no other.
    @Test(arguments: [false, true]) func aPairKeepsItsFamily(_ isAlone: Bool) throws {
        let own = Server.RelayAddress(bound: ip("2001:db8::1"))
        var world = World { if isAlone { $0.relays = [own] } }
        let first = world.addClient {
            $0.port = .evenAndNext
            $0.family = .ipv6
        }
        world.run(for: .seconds(1))
        guard case .reserved(let token)? = world.clientEvents[first].last else {
            Issue.record("no token in \(world.clientEvents[first])")
            return
        }
        let relayed = try #require(world.clients[first].relayedAddress)
        #expect(relayed.ip == own.bound)
        let second = world.addClient("198.51.100.7:40001") { $0.port = .reserved(token) }
        world.run(for: .seconds(1))
        #expect(world.clients[second].relayedAddress == TransportAddress(ip: relayed.ip, port: relayed.port + 1))
    }

    /// Allocations that have ended in the meantime make no room for more.
    @Test func aUserHasNoMoreReservationsThanAllocations() throws {
        var world = World { $0.limits.allocationsPerUser = 2 }
        for index in 0..<2 {
            let client = world.addClient("198.51.100.7:\(index + 1)") { $0.port = .evenAndNext }
            world.run(for: .seconds(1))
            #expect(world.clients[client].relayedAddress != nil)
            world.clients[client].deallocate(at: world.now)
            world.run(for: .seconds(1))
        }
        #expect(world.server.allocationCount == 0 && world.openRelays.count == 2)
        let third = world.addClient("198.51.100.7:9") { $0.port = .evenAndNext }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[third] == [.failed(.refused(.insufficientCapacity))])
        let other = world.addClient("198.51.100.8:9", user: "other") { $0.port = .evenAndNext }
        world.run(for: .seconds(1))
        #expect(world.clients[other].relayedAddress != nil)
    }

    /// Both requests come in one batch, before the driver has opened a port.
    @Test func aPairIsGivenBackWhileItOpens() throws {
        var server = World().server
        var client = RawClient()
        client.challenge(&server, at: .zero)
        let allocate = client.request(.allocate) { message, packet in
            message.add(.requestedTransport, leading: 17, to: &packet)
            message.addEvenPort(reserveNext: true, to: &packet)
        }
        let refresh = client.request(.refresh) { $0.add(.lifetime, UInt32(0), to: &$1) }
        for request in [allocate, refresh] { _ = try server.receive(request.span, on: client.path, at: .zero) }
        var open: Set<TransportAddress> = []
        while let event = server.pollEvent() {
            switch event {
            case .openRelay(let identifier, let address):
                open.insert(address)
                server.relayOpened(identifier, at: .zero)
            case .closeRelay(_, let address): open.remove(address)
            default: Issue.record("\(event)")
            }
        }
        #expect(server.allocationCount == 0 && open.isEmpty)
        let (reply, _) = try #require(poll { server.pollTransmit(into: &$0, at: .zero) })
        let answer = try Message(reply.span)
        #expect(answer.messageClass == .successResponse && answer.lifetimeSeconds == 0)
    }

    @Test func aTokenIsItsUsersAlone() throws {
        var world = World()
        let (_, token) = try reserved(&world)
        let thief = world.addClient("198.51.100.9:40001", user: "thief") { $0.port = .reserved(token) }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[thief] == [.failed(.refused(.insufficientCapacity))])
    }

    /// For 30 seconds nobody else gets the port; then it is free.
    @Test func reservationsExpire() throws {
        var world = World { $0.relayPorts = 50_000...50_003 }
        let (relayed, token) = try reserved(&world)
        for index in 0..<2 { world.addClient("198.51.100.8:\(index + 1)", user: "other") }
        world.run(for: .seconds(1))
        let late = world.addClient("198.51.100.8:9", user: "other")
        world.run(for: .seconds(1))
        #expect(world.clientEvents[late] == [.failed(.refused(.insufficientCapacity))])
        world.run(for: .seconds(30))
        let lucky = world.addClient("198.51.100.8:10", user: "other")
        world.run(for: .seconds(1))
        #expect(world.clients[lucky].relayedAddress?.port == relayed.port + 1)
        let tooLate = world.addClient("198.51.100.7:40001") { $0.port = .reserved(token) }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[tooLate] == [.failed(.refused(.insufficientCapacity))])
    }

    /// Ports that the driver cannot bind are not kept.
    @Test func failedPairsAreGivenUp() {
        var world = World { $0.relayPorts = 50_000...50_015 }
        world.refusesRelays = true
        let client = world.addClient { $0.port = .evenAndNext }
        world.run(for: .seconds(1))
        #expect(world.clientEvents[client] == [.failed(.refused(.insufficientCapacity))])
        world.run(for: .seconds(60))
        world.refusesRelays = false
        for index in 0..<16 { world.addClient("198.51.100.8:\(index + 1)", user: "user\(index / 8)") }
        world.run(for: .seconds(1))
        #expect(world.server.records.count == 16)
    }
}

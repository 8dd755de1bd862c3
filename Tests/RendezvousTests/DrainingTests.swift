import Rendezvous
import Testing
import WireFormat

/// A server that is about to stop.
@Suite struct DrainingTests {
    private static let source = TransportAddress(ip: .v4(0xC000_0201), port: 4_000)

    private func host(_ world: inout SignalingWorld) throws -> (index: Int, room: RoomNumber) {
        let index = world.add(.hostRoom(nil))
        world.settle()
        guard case .hosting(.room(let room)) = world.clients[index].state else { throw SignalingFailure.unexpected }
        return (index, room)
    }

    @Test("hosts that wait are told to come again, not all in one second")
    func waitingHosts() throws {
        var world = SignalingWorld(seed: 1)
        let hosts = try (0..<40).map { _ in try host(&world).index }
        #expect(world.server.statistics.waitingHosts == 40)
        world.server.drain(at: world.now)
        world.settle()
        #expect(world.server.statistics.waitingHosts == 0)
        #expect(world.server.statistics.connections == 0)
        #expect(world.server.statistics.refusedTotal(.shuttingDown) == 40)
        #expect(world.server.unfinished(at: world.now) == 0)
        var waits: Set<Int64> = []
        for index in hosts {
            #expect(world.clientEvents[index].contains(.delayed(.connection, .shuttingDown)))
            guard case .backingOff(let until) = world.clients[index].state else {
                Issue.record("host \(index) does not wait")
                continue
            }
            let wait = until - world.now
            #expect(wait >= .seconds(1) && wait < .seconds(5))
            waits.insert(wait.nanoseconds / 1_000_000_000)
        }
        #expect(waits.count > 1)
    }

    @Test("nobody new comes in")
    func newcomers() throws {
        var world = SignalingWorld(seed: 2)
        world.server.drain(at: world.now)
        let connection = ConnectionIdentifier(77)
        #expect(throws: SignalingFailure.refused(.shuttingDown)) {
            try world.server.connected(connection, from: Self.source, at: world.now)
        }
        #expect(world.server.statistics.connections == 0)
    }

    @Test("an introduction goes on to its answer, and its peers stay until their session is over")
    func introductions() throws {
        var world = SignalingWorld(seed: 3)
        let (host, room) = try host(&world)
        let viewer = world.add(.join(.room(room), offer: [1]))
        world.settle()
        world.server.drain(at: world.now)
        world.settle()
        #expect(world.server.unfinished(at: world.now) == 1)
        #expect(world.server.statistics.connections == 2)
        guard
            case .incoming(let session, _, _, _)? = world.clientEvents[host].last(where: {
                if case .incoming = $0 { true } else { false }
            })
        else {
            Issue.record("nobody came")
            return
        }
        try world.clients[host].answer(session, [2])
        world.settle()
        #expect(world.clientEvents[viewer].contains { if case .answered = $0 { true } else { false } })
        #expect(world.server.unfinished(at: world.now) == 1)
        world.run(for: .seconds(11))
        // Answered long ago: it no longer keeps the server, but is not cut off either.
        #expect(world.server.unfinished(at: world.now) == 0)
        #expect(world.server.statistics.connections == 2)

        try world.clients[viewer].leave(session, .finished)
        world.settle()
        #expect(world.server.unfinished(at: world.now) == 2)
        #expect(world.server.statistics.connections == 2)
        world.run(for: .seconds(3))
        #expect(world.server.unfinished(at: world.now) == 0)
        #expect(world.server.statistics.connections == 0)
    }

    @Test("one seed drains in one way")
    func reproducible() throws {
        func trace(_ seed: UInt64) throws -> UInt64 {
            var world = SignalingWorld(seed: seed)
            for _ in 0..<20 { _ = try host(&world) }
            world.server.drain(at: world.now)
            world.run(for: .seconds(2))
            return world.trace
        }
        #expect(try trace(4) == trace(4))
        #expect(try trace(4) != trace(5))
    }

    @Test("whatever its clients do, a server that drains is soon done", arguments: 1...12 as ClosedRange<UInt64>)
    func ends(seed: UInt64) throws {
        var world = SignalingWorld(seed: seed)
        var random = SeededRandom(seed: seed)
        var rooms: [RoomNumber] = []
        func act(_ world: inout SignalingWorld) {
            let index = world.clients.isEmpty ? nil : Int(random.next() % UInt64(world.clients.count))
            switch (random.next() % 6, index) {
            case (0, _), (_, nil): _ = world.add(.hostRoom(nil))
            case (1, _), (2, _):
                guard let room = rooms.last else { break }
                _ = world.add(.join(.room(room), offer: [1]))
            case (3, let index?): world.breakConnection(of: index, serverNotices: random.next() & 1 == 0)
            case (4, let index?):
                for event in world.clientEvents[index] {
                    guard let session = event.session else { continue }
                    if random.next() & 1 == 0 { try? world.clients[index].answer(session, [2]) }
                    if random.next() & 3 == 0 { try? world.clients[index].leave(session, .finished) }
                }
            case (_, let index?): world.clients[index].finish(.finished)
            }
            world.settle()
            rooms += world.clientEvents.suffix(1).flatMap { $0 }.compactMap(\.room)
            world.run(for: .milliseconds(Int64(random.next() % 3_000)))
            let statistics = world.server.statistics
            #expect((0...statistics.venues).contains(statistics.waitingHosts))
        }
        for _ in 0..<60 { act(&world) }
        world.server.drain(at: world.now)
        for _ in 0..<20 { act(&world) }
        // An answer is waited for no longer than a minute, and last words for two seconds.
        world.run(for: .seconds(70))
        #expect(world.server.unfinished(at: world.now) == 0)
    }
}

import Rendezvous
import Testing
import WireFormat

/// Clients that want too much, too fast, or speak nonsense.
@Suite struct ServerLimitTests {
    private static func bytes(_ message: SignalingMessage) throws -> [UInt8] { try message.encoded() }

    @Test func connectionsPerSourceAndInTotal() throws {
        var configuration = RendezvousServer.Configuration()
        configuration.connectionsPerSource = 3
        configuration.connections = 5
        var world = SignalingWorld(seed: 1, configuration: configuration)
        for _ in 0..<3 { _ = try world.connectRaw(from: "192.0.2.1:1") }
        #expect(throws: SignalingFailure.refused(.rateLimited)) { try world.connectRaw(from: "192.0.2.1:1") }
        // A whole IPv6 network is one source.
        _ = try world.connectRaw(from: "[2001:db8::1]:1")
        _ = try world.connectRaw(from: "[2001:db8::2]:1")
        #expect(throws: SignalingFailure.refused(.serverFull)) { try world.connectRaw(from: "192.0.2.9:1") }
        #expect(world.server.statistics.sources == 2)
    }

    @Test func joinsPerMinute() throws {
        var configuration = RendezvousServer.Configuration()
        configuration.joinRate = RateLimit(5, per: .seconds(60))
        var world = SignalingWorld(seed: 2, configuration: configuration)
        let connection = try world.connectRaw(from: "192.0.2.1:1")
        let join = try Self.bytes(.join(.room(RoomNumber(9)!), offer: []))
        for _ in 0..<20 { try world.server.receive(join.span, from: connection, at: .zero) }
        world.settle()
        let refusals = world.serverEvents.compactMap { event -> Reason? in
            if case .refused(.joining, let reason, _) = event { reason } else { nil }
        }
        #expect(refusals.filter { $0 == .noSuchRoom }.count == 5)
        #expect(refusals.filter { $0 == .rateLimited }.count == 15)
        #expect(world.server.statistics.refusedTotal(.rateLimited) == 15)
    }

    /// Guessing at one room from many addresses is limited too.
    @Test func joinsPerRoom() throws {
        var configuration = RendezvousServer.Configuration()
        configuration.roomJoinRate = RateLimit(4, per: .seconds(60))
        var world = SignalingWorld(seed: 3, configuration: configuration)
        let host = world.add(.hostRoom(RoomNumber(9)))
        world.settle()
        _ = world.takeEvents(of: host)
        let join = try Self.bytes(.join(.room(RoomNumber(9)!), offer: []))
        for index in 0..<10 {
            let connection = try world.connectRaw(from: "198.51.100.\(index):1")
            try world.server.receive(join.span, from: connection, at: .zero)
        }
        world.settle()
        #expect(world.takeEvents(of: host).compactMap(\.session).count == 4)
    }

    /// A host with a key cannot be guessed, nor be kept from others by somebody who comes again and again.
    @Test func `one viewer's joins do not use up those to a host`() throws {
        var configuration = RendezvousServer.Configuration()
        configuration.roomJoinRate = RateLimit(1, per: .seconds(60))
        configuration.joinRate = RateLimit(4, per: .seconds(60))
        var world = SignalingWorld(seed: 3, configuration: configuration)
        let host = world.add(.hostIdentity(MessageTests.host))
        world.settle()
        let join = try Self.bytes(.join(.host(MessageTests.host), offer: []))
        let flooder = try world.connectRaw(from: "198.51.100.1:1")
        for _ in 0..<10 { try world.server.receive(join.span, from: flooder, at: .zero) }
        let viewer = world.add(.join(.host(MessageTests.host), offer: [1]))
        world.settle()
        #expect(world.takeEvents(of: host).compactMap(\.session).count == 4 + 1)
        #expect(world.takeEvents(of: viewer).compactMap(\.session).count == 1)
    }

    /// Who sends a host too much loses his session; the host loses nothing.
    @Test(arguments: [false, true]) func `a session passes so much on and no more`(_ isAnswered: Bool) throws {
        var configuration = RendezvousServer.Configuration()
        (configuration.unansweredBytes, configuration.trickleRate) = (1_000, RateLimit(2_000, per: .seconds(60)))
        var world = SignalingWorld(seed: 3, configuration: configuration)
        let host = world.add(.hostRoom(RoomNumber(9)))
        world.settle()
        let viewer = world.add(.join(.room(try #require(RoomNumber(9))), offer: [1]))
        world.settle()
        let session = try #require(world.takeEvents(of: host).compactMap(\.session).first)
        if isAnswered { try world.clients[host].answer(session, [4, 5, 6]) }
        world.settle()
        let blob = [UInt8](repeating: 1, count: 100)
        let limit = isAnswered ? 20 : 10
        for _ in 0..<limit { try world.clients[viewer].trickle(session, blob) }
        world.settle()
        #expect(world.server.statistics.sessions == 1)
        world.now = world.now + .seconds(3)
        try world.clients[viewer].trickle(session, blob)
        world.settle()
        // In three seconds it may say one more, once it is answered.
        #expect(world.server.statistics.sessions == (isAnswered ? 1 : 0))
        if isAnswered { try world.clients[host].trickle(session, blob) }
        world.settle()
        #expect(world.server.statistics.sessions == 0)
        let events = world.takeEvents(of: host)
        #expect(events.count(where: { $0 == .trickled(session, blob) }) == (isAnswered ? limit + 1 : limit))
        #expect(events.last == .ended(session, .rateLimited))
        #expect(world.takeEvents(of: viewer).last == .ended(session, .rateLimited))
        #expect(world.server.statistics.connections == 2 && world.server.statistics.waitingHosts == 1)
    }

    @Test func messagesAndBytesPerConnection() throws {
        var world = SignalingWorld(seed: 4)
        let flooder = try world.connectRaw(from: "192.0.2.1:1")
        let ping = try Self.bytes(.ping(1))
        var count = 0
        while (try? world.server.receive(ping.span, from: flooder, at: .zero)) != nil {
            count += 1
            world.settle()
            try #require(count < 10_000)
        }
        #expect(count == 600)
        world.settle()
        #expect(world.serverEvents.last == .close(flooder, .rateLimited))
        #expect(world.server.statistics.connections == 0)
    }

    /// A client that reads nothing: the queue is bounded, and the connection goes.
    @Test func queuesAreBounded() throws {
        var world = SignalingWorld(seed: 5)
        let slow = try world.connectRaw(from: "192.0.2.1:1")
        let ping = try Self.bytes(.ping(1))
        for _ in 0..<300 { try? world.server.receive(ping.span, from: slow, at: .zero) }
        world.settle()
        #expect(world.serverEvents.last == .close(slow, .tooSlow))
        #expect(world.server.statistics.connections == 0)
    }

    @Test func silenceEndsAConnection() throws {
        var world = SignalingWorld(seed: 6)
        let idle = try world.connectRaw(from: "192.0.2.1:1")
        world.run(for: .seconds(25))
        #expect(world.serverEvents.contains(.close(idle, .timedOut)))
        let silent = try world.connectRaw(from: "192.0.2.1:1")
        let open = try Self.bytes(.openRoom(nil, token: []))
        try world.server.receive(open.span, from: silent, at: world.now)
        world.run(for: .seconds(80))
        #expect(!world.serverEvents.contains(.close(silent, .timedOut)))
        world.run(for: .seconds(20))
        #expect(world.serverEvents.contains(.close(silent, .timedOut)))
        // And what a heart beats for stays.
        let host = world.add(.hostRoom(nil))
        world.run(for: .seconds(1_000))
        #expect(world.takeEvents(of: host).compactMap(\.room).count == 1)
    }

    @Test func churnLeavesNothingBehind() throws {
        var world = SignalingWorld(seed: 7)
        let open = try Self.bytes(.openRoom(nil, token: []))
        for index in 0..<5_000 {
            world.now = Instant.zero + .milliseconds(Int64(index) * 100)
            world.server.advance(to: world.now)
            let connection = try world.connectRaw(from: "198.51.\(index % 200).\(index / 200):1")
            try world.server.receive(open.span, from: connection, at: world.now)
            world.settle()
            world.server.disconnected(connection, at: world.now)
        }
        world.run(for: .seconds(2_000))
        let statistics = world.server.statistics
        #expect(statistics.connections == 0)
        #expect(statistics.venues == 0)
        #expect(statistics.waitingHosts == 0)
        #expect(statistics.sources == 0)
        #expect(statistics.connectionsTotal == 5_000)
        world.run(for: .seconds(25 * 3_600))
        #expect(world.server.nextDeadline == nil)
    }

    /// Each opening and closing sets a timer, for as much as a day: those of before do not pile up.
    @Test func `a room opened again and again leaves no timers behind`() throws {
        var configuration = RendezvousServer.Configuration()
        configuration.openRate = RateLimit(1_000_000, per: .seconds(60))
        configuration.messageRate = configuration.openRate
        configuration.byteRate = RateLimit(100_000_000, per: .seconds(60))
        var world = SignalingWorld(seed: 7, configuration: configuration)
        let host = try world.connectRaw(from: "192.0.2.1:1")
        let room = RoomNumber(9)
        let token = [UInt8](repeating: 7, count: SignalingLimits.tokenBytes)
        let open = try Self.bytes(.openRoom(room, token: token))
        let close = try Self.bytes(.closeRoom(.hostGone))
        var most = 0
        for index in 0..<5_000 {
            world.now = Instant.zero + .milliseconds(Int64(index))
            try world.server.receive(open.span, from: host, at: world.now)
            try world.server.receive(close.span, from: host, at: world.now)
            world.settle()
            most = max(most, world.server.statistics.timers)
        }
        #expect(world.serverEvents.count { if case .opened = $0 { true } else { false } } == 5_000)
        #expect(most < 1_100)
        #expect(world.server.statistics.venues == 1)
    }

    @Test func roomsExpire() throws {
        var world = SignalingWorld(seed: 8)
        let host = world.add(.hostRoom(nil))
        world.run(for: .seconds(25 * 3_600))
        #expect(world.takeEvents(of: host).last == .roomClosed(.expired))
        #expect(world.server.statistics.venues == 0)
    }

    @Test(arguments: [
        SignalingMessage.hosting(.room(RoomNumber(1)!), token: []), .proof([1]), .roomClosed(.finished),
        .challenge([1]), .incoming(MessageTests.session, offer: [], servers: []), .terms(SessionTerms()),
    ])
    func whatOnlyTheServerSaysIsRefused(_ message: SignalingMessage) throws {
        var world = SignalingWorld(seed: 9)
        let connection = try world.connectRaw(from: "192.0.2.1:1")
        let bytes = try Self.bytes(message)
        #expect(throws: SignalingFailure.unexpected) {
            try world.server.receive(bytes.span, from: connection, at: .zero)
        }
        world.settle()
        #expect(world.serverEvents.last == .close(connection, .malformed))
    }

    @Test func anOtherVersionIsTold() throws {
        var world = SignalingWorld(seed: 10)
        let connection = try world.connectRaw(from: "192.0.2.1:1")
        let bytes: [UInt8] = [9, 1]
        #expect(throws: SignalingFailure.badVersion(9)) {
            try world.server.receive(bytes.span, from: connection, at: .zero)
        }
        world.settle()
        #expect(world.wire.last == (try Self.bytes(.refused(.connection, .badVersion, retryAfterSeconds: 0))))
    }

    @Test func strangersHaveNoPartInASession() throws {
        var world = SignalingWorld(seed: 11)
        let (host, viewer, session) = try world.introduce()
        world.clientEvents = [[], []]
        for message in [
            SignalingMessage.trickle(session, [1]), .answer(session, [2]), .leave(session, .finished),
        ] {
            let stranger = try world.connectRaw(from: "203.0.113.5:1")
            let bytes = try Self.bytes(message)
            try? world.server.receive(bytes.span, from: stranger, at: .zero)
        }
        world.settle()
        #expect(world.takeEvents(of: host) == [])
        #expect(world.takeEvents(of: viewer) == [])
        #expect(world.server.statistics.sessions == 1)
    }

    /// The driver has not minted servers yet when one side goes: the other is told to ask again.
    @Test func aPeerGoneBeforeTheServersAreMinted() throws {
        var server = RendezvousServer(random: SeededRandom(seed: 12))
        let (first, second) = (ConnectionIdentifier(1), ConnectionIdentifier(2))
        let resume = try Self.bytes(.resume(MeetingTests.meeting))
        for connection in [first, second] {
            try server.connected(connection, from: TransportAddress("192.0.2.1:1")!, at: .zero)
            try server.receive(resume.span, from: connection, at: .zero)
        }
        #expect(server.statistics.sessions == 1)
        server.disconnected(first, at: .zero)
        var messages: [SignalingMessage] = []
        while let (connection, bytes) = server.pollTransmit() {
            if connection == second { messages.append(try SignalingMessage(bytes.span)) }
        }
        #expect(messages.last == .refused(.meeting(MeetingTests.meeting), .peerDisconnected, retryAfterSeconds: 1))
        #expect(server.statistics.sessions == 0)
        var isTold = false
        while let event = server.pollEvent() {
            guard case .serversNeeded(let session, _) = event else { continue }
            // Too late, and harmless.
            server.provide(session, host: [], viewer: [], at: .zero)
            isTold = true
        }
        #expect(isTold)
        #expect(server.pollTransmit() == nil)
    }

    /// Random and mutated messages beside an honest session, which goes on.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func nonsenseHarmsNobody(seed: UInt64) throws {
        var world = SignalingWorld(seed: seed)
        let (host, viewer, session) = try world.introduce(meeting: MeetingTests.meeting)
        world.clientEvents = [[], []]
        var random = SeededRandom(seed: seed)
        for round in 0..<3_000 {
            world.now = world.now + .milliseconds(50)
            world.server.advance(to: world.now)
            let index = UInt32(random.next() % 5_000)
            let source = TransportAddress(ip: .v4(0x0A00_0000 + index), port: 1)
            guard let connection = try? world.connectRaw(from: "\(source)") else { continue }
            for _ in 0..<4 {
                var bytes = try MessageTests.samples[Int(random.next() % UInt64(MessageTests.samples.count))].encoded()
                if round % 2 == 0, !bytes.isEmpty {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                try? world.server.receive(bytes.span, from: connection, at: world.now)
                world.settle()
            }
            if round % 3 != 0 { world.server.disconnected(connection, at: world.now) }
            if round % 100 == 0 {
                try world.clients[viewer].trickle(session, [1])
                world.run(for: .milliseconds(1))
                #expect(world.takeEvents(of: host).contains(.trickled(session, [1])))
            }
        }
        #expect(world.server.statistics.malformedTotal > 100)
        world.run(for: .seconds(3_000))
        #expect(world.server.statistics.connections == 2)
    }
}

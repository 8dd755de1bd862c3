import Rendezvous
import Testing
import WireFormat

/// Peers that find each other through a real server machine.
@Suite struct MeetingTests {
    @Test("each side's figures reach the server, though the other has left before")
    func figuresAfterTheOtherLeft() throws {
        var world = SignalingWorld(seed: 12)
        let (host, viewer, session) = try world.introduce()
        let report = SessionReport(
            path: .direct, durationMilliseconds: 5, bytesSent: 1, bytesReceived: 2, isFinal: true)
        try world.clients[host].report(report, for: session)
        try world.clients[host].leave(session, .finished)
        world.settle()
        try world.clients[viewer].report(report, for: session)
        world.settle()
        let reported = world.serverEvents.filter { if case .reported = $0 { true } else { false } }
        #expect(reported.count == 2)
        #expect(throws: SignalingFailure.unknown) { try world.clients[host].report(report, for: session) }
    }

    static let meeting = MeetingIdentifier([UInt8](repeating: 0xAB, count: 32))!

    @Test func twoPeersMeet() throws {
        var world = SignalingWorld(seed: 1)
        let (host, viewer, session) = try world.introduce()
        #expect(
            world.takeEvents(of: viewer) == [
                .connect(path: world.clients[viewer].urlPath),
                .welcome(source: TransportAddress("192.0.2.1:50000")!),
                .joined(session, servers: SignalingWorld.servers), .answered(session, [4, 5, 6]),
            ])
        try world.clients[viewer].trickle(session, [7])
        try world.clients[host].trickle(session, [8])
        world.settle()
        #expect(world.takeEvents(of: host) == [.trickled(session, [7])])
        #expect(world.takeEvents(of: viewer) == [.trickled(session, [8])])
        try world.clients[viewer].report(MessageTests.report, for: session)
        try world.clients[viewer].leave(session, .finished)
        world.settle()
        #expect(world.takeEvents(of: host) == [.ended(session, .finished)])
        #expect(world.server.statistics.sessions == 0)
        #expect(
            world.serverEvents.contains(
                .reported(session, MessageTests.report, by: .viewer, source: TransportAddress("192.0.2.1:50000")!)))
        #expect(world.serverEvents.contains(.ended(session, .finished, duration: .zero, bytes: 5)))
    }

    /// The offer leaves with the first flight: one message each way to `joined`, no wait for the welcome.
    @Test func joiningTakesOneRoundTrip() throws {
        var world = SignalingWorld(seed: 2)
        let host = world.add(.hostRoom(nil))
        world.settle()
        let room = try #require(world.takeEvents(of: host).compactMap(\.room).first)
        var viewer = RendezvousClient(
            purpose: .join(.room(room), offer: [1]), random: SeededRandom(seed: 3), now: .zero)
        #expect(viewer.pollEvent() == .connect(path: "/room/\(room)"))
        viewer.transportOpened(at: .zero)
        let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { output in
            _ = viewer.pollTransmit(into: &output, at: .zero)
        }
        let message = try SignalingMessage(bytes.span)
        #expect(message == .join(.room(room), offer: [1]))
    }

    @Test func hostProvesItsIdentity() {
        var world = SignalingWorld(seed: 4)
        let identifier = MessageTests.host
        let host = world.add(.hostIdentity(identifier))
        world.settle()
        #expect(world.clients[host].state == .hosting(.host(identifier)))
        #expect(world.clients[host].urlPath == "/host/\(identifier)")
        let viewer = world.add(.join(.host(identifier), offer: [9]))
        world.settle()
        #expect(world.takeEvents(of: viewer).contains { $0.session != nil })
    }

    @Test func wrongProofIsRefused() throws {
        var world = SignalingWorld(seed: 5)
        let connection = try world.connectRaw(from: "198.51.100.1:1")
        let register = try SignalingMessage.register(MessageTests.host).encoded()
        let proof = try SignalingMessage.proof([6, 6, 6]).encoded()
        try world.server.receive(register.span, from: connection, at: .zero)
        world.settle()
        try world.server.receive(proof.span, from: connection, at: .zero)
        world.settle()
        #expect(world.serverEvents.contains { if case .refused(.hosting, .badProof, _) = $0 { true } else { false } })
        #expect(world.server.statistics.venues == 0)
    }

    @Test func aNewProofTakesTheIdentityOver() {
        var world = SignalingWorld(seed: 6)
        let first = world.add(.hostIdentity(MessageTests.host))
        world.settle()
        let second = world.add(.hostIdentity(MessageTests.host))
        world.settle()
        #expect(world.takeEvents(of: first).last == .roomClosed(.replaced))
        #expect(world.clients[second].state == .hosting(.host(MessageTests.host)))
    }

    @Test func nobodyInTheRoom() {
        var world = SignalingWorld(seed: 7)
        let viewer = world.add(.join(.room(RoomNumber(7)!), offer: []))
        world.settle()
        #expect(world.takeEvents(of: viewer).last == .refused(.joining, .noSuchRoom))
        #expect(world.clients[viewer].state == .idle)
    }

    @Test func aBurnedCodeIsToldToLatecomers() throws {
        var world = SignalingWorld(seed: 8)
        let (host, viewer, session) = try world.introduce()
        let room = world.clients[host].urlPath
        try world.clients[host].leave(session, .codeBurned)
        try world.clients[host].closeRoom(.codeBurned)
        world.settle()
        #expect(world.takeEvents(of: viewer).last == .ended(session, .codeBurned))
        let number = try #require(UInt32(room.dropFirst(6)).flatMap(RoomNumber.init))
        let late = world.add(.join(.room(number), offer: []))
        world.settle()
        #expect(world.takeEvents(of: late).last == .refused(.joining, .codeBurned))
        // After the quarantine the number means nothing any more.
        world.run(for: .seconds(700))
        let later = world.add(.join(.room(number), offer: []))
        world.settle()
        #expect(world.takeEvents(of: later).last == .refused(.joining, .noSuchRoom))
    }

    @Test func hostGetsItsRoomBackAndTheViewerWaitsForIt() throws {
        var world = SignalingWorld(seed: 9)
        let host = world.add(.hostRoom(nil))
        world.settle()
        let room = try #require(world.takeEvents(of: host).compactMap(\.room).first)
        world.breakConnection(of: host)
        let viewer = world.add(.join(.room(room), offer: [1]))
        world.settle()
        #expect(world.takeEvents(of: viewer).last == .delayed(.joining, .hostGone))
        world.run(for: .seconds(10))
        #expect(world.clients[host].state == .hosting(.room(room)))
        #expect(world.takeEvents(of: viewer).contains { $0.session != nil })
    }

    /// A half-open connection: the server still believes in the old one.
    @Test func hostTakesItsRoomOverFromADeadConnection() throws {
        var world = SignalingWorld(seed: 10)
        let host = world.add(.hostRoom(nil))
        world.settle()
        let room = try #require(world.takeEvents(of: host).compactMap(\.room).first)
        world.breakConnection(of: host, serverNotices: false)
        world.run(for: .seconds(5))
        #expect(world.takeEvents(of: host).compactMap(\.room) == [room])
    }

    /// What the server answered was lost: a code that somebody wrote down must not change for that.
    @Test(arguments: [false, true]) func `a host keeps its room though it never heard that it has it`(
        _ isServerNew: Bool
    ) throws {
        var world = SignalingWorld(seed: 13)
        let host = world.add(.hostRoom(nil))
        world.settle()
        let room = try #require(world.takeEvents(of: host).compactMap(\.room).first)
        if isServerNew {
            world.stopServer()
            world.startServer()
        } else {
            world.breakConnection(of: host)
        }
        world.losesNextRoom = true
        world.run(for: .seconds(20))
        #expect(!world.losesNextRoom)
        #expect(world.takeEvents(of: host).compactMap(\.room) == [room])
    }

    /// What its host asked for by a connection that it has given up comes after the host has come back by another.
    @Test func `a request that comes late does not take the room from its own host`() throws {
        var world = SignalingWorld(seed: 15)
        let host = world.add(.hostRoom(nil))
        world.settle()
        let room = try #require(world.takeEvents(of: host).compactMap(\.room).first)
        let tokens = world.wire.compactMap { bytes -> [UInt8]? in
            if case .hosting(_, let token)? = try? SignalingMessage(bytes.span) { token } else { nil }
        }
        let token = try #require(tokens.last)
        let late = try world.connectRaw(from: "192.0.2.77:50000")
        world.breakConnection(of: host, serverNotices: false)
        world.run(for: .seconds(5))
        #expect(world.takeEvents(of: host).compactMap(\.room) == [room])
        let bytes = try SignalingMessage.openRoom(room, token: token).encoded()
        try world.server.receive(bytes.span, from: late, at: world.now)
        world.settle()
        world.server.disconnected(late, at: world.now)
        world.run(for: .seconds(5))
        #expect(world.takeEvents(of: host).isEmpty)
        let viewer = world.add(.join(.room(room), offer: [1]))
        world.settle()
        #expect(world.takeEvents(of: viewer).contains { $0.session != nil })
    }

    /// A viewer whose clock leapt while the server was away takes no host for one that is late.
    @Test func `a viewer that is back waits for the host to be back`() throws {
        var world = SignalingWorld(seed: 14)
        let viewer = world.add(.join(.room(RoomNumber(7)!), offer: []))
        world.isServerUp = false
        world.run(for: .seconds(20))
        world.startServer()
        world.run(for: .seconds(45))
        let events = world.takeEvents(of: viewer)
        #expect(events.contains(.delayed(.joining, .noSuchRoom)))
        #expect(events.last == .refused(.joining, .noSuchRoom), "but not for ever")
    }

    @Test func aStrangerDoesNotGetTheNumber() throws {
        var world = SignalingWorld(seed: 11)
        let host = world.add(.hostRoom(RoomNumber(42)))
        world.settle()
        #expect(world.takeEvents(of: host).compactMap(\.room) == [RoomNumber(42)!])
        world.breakConnection(of: host)
        let stranger = world.add(.hostRoom(RoomNumber(42)))
        world.settle()
        let other = try #require(world.takeEvents(of: stranger).compactMap(\.room).first)
        #expect(other != RoomNumber(42)!)
    }

    @Test func peersMeetAgainAfterARestart() throws {
        var world = SignalingWorld(seed: 12)
        let (host, viewer, session) = try world.introduce(meeting: Self.meeting)
        world.clientEvents = [[], []]
        let room = world.clients[host].urlPath
        world.stopServer()
        #expect(world.takeEvents(of: host).first == .detached(session))
        #expect(world.takeEvents(of: viewer).first == .detached(session))
        try world.clients[viewer].trickle(session, [77])
        world.run(for: .seconds(40))
        world.startServer()
        world.run(for: .seconds(60))
        // Under its old name, with the blob that waited; and the host has its room again.
        let hostEvents = world.takeEvents(of: host)
        #expect(hostEvents.contains(.met(session, servers: SignalingWorld.servers)))
        #expect(hostEvents.contains(.trickled(session, [77])))
        #expect(world.takeEvents(of: viewer).contains(.met(session, servers: SignalingWorld.servers)))
        #expect(world.clients[host].urlPath == room)
        try world.clients[host].trickle(session, [78])
        world.settle()
        #expect(world.takeEvents(of: viewer) == [.trickled(session, [78])])
    }

    /// Only one side's connection broke: the other is told, and both meet.
    @Test func peersMeetAgainAfterOneBrokenConnection() throws {
        var world = SignalingWorld(seed: 13)
        let (host, viewer, session) = try world.introduce(meeting: Self.meeting)
        world.clientEvents = [[], []]
        world.breakConnection(of: viewer)
        world.run(for: .seconds(10))
        #expect(
            world.takeEvents(of: host) == [.detached(session), .met(session, servers: SignalingWorld.servers)])
        world.breakConnection(of: host)
        world.run(for: .seconds(10))
        #expect(world.takeEvents(of: viewer).last == .met(session, servers: SignalingWorld.servers))
    }

    /// The other's network is out, and our own changes without a word: the server must not take our dead connection, which
    /// waits, for the other peer.
    @Test(arguments: [false, true], [false, true]) func `nobody meets himself`(
        _ isHost: Bool, _ hasPolicy: Bool
    ) throws {
        var world = SignalingWorld(seed: 20)
        if hasPolicy { world.policy = try PolicyTextTests.parse("allow anyone to codes") }
        let (host, viewer, session) = try world.introduce(meeting: Self.meeting)
        let (waiting, other) = isHost ? (host, viewer) : (viewer, host)
        world.offline = [other]
        world.breakConnection(of: other)
        world.run(for: .seconds(1))
        for _ in 0..<3 {
            world.breakConnection(of: waiting, serverNotices: false)
            world.run(for: .seconds(5))
        }
        #expect(world.server.statistics.waitingMeetings == 1)
        #expect(world.server.statistics.meetingsTotal == 0)
        #expect(world.server.statistics.refusedTotal(.forbidden) == 0)
        world.clientEvents = [[], []]
        world.offline = []
        // Before the server has noticed that the old connections are dead.
        world.run(for: .seconds(40))
        #expect(world.server.statistics.meetingsTotal == 1)
        for client in [host, viewer] {
            #expect(world.takeEvents(of: client).contains(.met(session, servers: SignalingWorld.servers)))
        }
    }

    /// What a client asked for by a connection that it has given up since comes late.
    @Test func `the newest of a peer's connections is the one that waits`() throws {
        var world = SignalingWorld(seed: 21)
        let resume = try SignalingMessage.resume(Self.meeting, ticket: [1, 2, 3]).encoded()
        let other = try SignalingMessage.resume(Self.meeting, ticket: [4, 5, 6]).encoded()
        var connections: [ConnectionIdentifier] = []
        for index in 1...3 { connections.append(try world.connectRaw(from: "192.0.2.\(index):1")) }
        try world.server.receive(resume.span, from: connections[1], at: .zero)
        try world.server.receive(resume.span, from: connections[0], at: .zero)
        #expect(world.server.statistics.waitingMeetings == 1)
        world.server.disconnected(connections[0], at: .zero)
        #expect(world.server.statistics.waitingMeetings == 1)
        try world.server.receive(other.span, from: connections[2], at: .zero)
        world.settle()
        #expect(world.server.statistics.meetingsTotal == 1)
    }

    @Test func aLonelyMeetingTimesOutAndIsAskedForAgain() throws {
        var world = SignalingWorld(seed: 14)
        let (host, viewer, session) = try world.introduce(meeting: Self.meeting)
        world.stopServer()
        world.startServer()
        world.clients[viewer].finish(.finished)
        world.run(for: .seconds(1_000))
        #expect(world.clients[host].state != .connecting)
        #expect(world.server.statistics.waitingMeetings <= 1)
        #expect(
            world.serverEvents.contains { if case .refused(.meeting, .timedOut, _) = $0 { true } else { false } })
        try world.clients[host].leave(session, .finished)
        world.run(for: .seconds(1_000))
        #expect(world.server.statistics.waitingMeetings == 0)
    }

    @Test func anUnansweredSessionTimesOut() throws {
        var world = SignalingWorld(seed: 15)
        let host = world.add(.hostRoom(nil))
        world.settle()
        let room = try #require(world.takeEvents(of: host).compactMap(\.room).first)
        let viewer = world.add(.join(.room(room), offer: []))
        world.run(for: .seconds(100))
        let session = try #require(world.takeEvents(of: host).compactMap(\.session).first)
        #expect(world.takeEvents(of: viewer).last == .ended(session, .timedOut))
        #expect(world.server.statistics.sessions == 0)
    }

    @Test func finishSaysGoodbyeFirst() throws {
        var world = SignalingWorld(seed: 16)
        let (host, viewer, session) = try world.introduce()
        world.clientEvents = [[], []]
        world.clients[host].finish(.finished)
        world.settle()
        #expect(world.takeEvents(of: host) == [.disconnect(.finished), .finished(.finished)])
        #expect(world.takeEvents(of: viewer) == [.ended(session, .finished)])
        #expect(world.clients[host].nextDeadline == nil)
        #expect(world.server.statistics.connections == 1)
    }

    /// The server sees ciphertext only because the peers make it so; what it must not do is add to it or reorder it.
    @Test func blobsArriveInOrder() throws {
        var world = SignalingWorld(seed: 17)
        let (host, viewer, session) = try world.introduce()
        world.clientEvents = [[], []]
        for index in 0..<100 { try world.clients[host].trickle(session, [UInt8(index)]) }
        world.settle()
        #expect(world.takeEvents(of: viewer) == (0..<100).map { .trickled(session, [UInt8($0)]) })
    }

    @Test func aSeedGivesOneRun() throws {
        func run(_ seed: UInt64) throws -> UInt64 {
            var world = SignalingWorld(seed: seed)
            for _ in 0..<10 {
                _ = try world.introduce(
                    meeting: MeetingIdentifier(
                        world.clients.isEmpty
                            ? [UInt8](repeating: 1, count: 16)
                            : [UInt8](repeating: UInt8(world.clients.count), count: 16)))
            }
            world.run(for: .seconds(50))
            world.stopServer()
            world.run(for: .seconds(10))
            world.startServer()
            world.run(for: .seconds(100))
            return world.trace
        }
        #expect(try run(18) == run(18))
        #expect(try run(18) != run(19))
    }
}

import PeerSession
import SecureChannel
import Testing
import WireFormat

/// What an established session carries, and how it ends.
@Suite struct SessionTests {
    private func pair(
        host: SessionConfiguration = SessionConfiguration(), viewer: SessionConfiguration = SessionConfiguration()
    ) throws -> World {
        let viewerKeys = World.keys(2)
        let world = World(.authorizedKeys([viewerKeys.publicKey]), keys: World.keys(1), configuration: host)
        world.run(for: .seconds(1))
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: viewerKeys, configuration: viewer)
        world.run(for: .seconds(2))
        try #require(world.isConnected(0))
        return world
    }

    @Test func `input arrives exactly once and in order`() throws {
        let world = try pair()
        var sent: [InputEvent] = []
        for index in 0..<600 {
            let event: InputEvent =
                switch index % 4 {
                case 0: .pointerMoved(x: UInt16(index), y: UInt16(index * 3))
                case 1: .button(number: UInt8(index % 7 + 1), isPressed: index % 8 == 1)
                case 2: .key(keysym: UInt32(index), isPressed: index % 8 == 2)
                default: .releaseAll
                }
            world.actAsViewer(0) { viewer, _ in
                if viewer.send(event) { sent.append(event) }
            }
            if index % 5 == 0 { world.run(for: .milliseconds(3)) }
        }
        world.run(for: .seconds(1))
        #expect(sent.count == 600)
        #expect(world.hostInput == sent)
    }

    /// A thousand moves a second while the path is away, and between them a key and a button now and then.
    @Test func `what the hands did in an outage arrives, but for where the pointer passed`() throws {
        let world = try pair()
        world.silenced = [World.address(of: 0).ip]
        var sent: [InputEvent] = []
        for index in 0..<3_000 {
            var events: [InputEvent] = [.pointerMoved(x: UInt16(index), y: 7)]
            if index % 20 == 19 { events.append(.key(keysym: 97, isPressed: index % 40 == 19)) }
            if index % 500 >= 498 { events.append(.button(number: 1, isPressed: index % 500 == 498)) }
            world.actAsViewer(0) { viewer, _ in
                for event in events {
                    let isTaken = viewer.send(event)
                    #expect(isTaken)
                }
            }
            sent += events
            world.run(for: .milliseconds(1))
        }
        #expect(!world.viewers[0].hasRoomForInput)
        world.silenced = []
        world.run(for: .seconds(10))
        #expect(stops(world.hostInput) == stops(sent))
        #expect(world.hostInput.count < 500)
        #expect(world.viewers[0].hasRoomForInput)
    }

    /// The path is so long that hundreds of moves are under way.
    @Test func `clicks arrive where they were made, however fast the pointer moves`() throws {
        let world = try pair()
        world.link.jitter = .milliseconds(400)
        var sent: [InputEvent] = []
        for index in 0..<3_000 {
            var events: [InputEvent] = [.pointerMoved(x: UInt16(index), y: 7)]
            if index % 50 >= 48 { events.append(.button(number: 1, isPressed: index % 50 == 48)) }
            world.actAsViewer(0) { viewer, _ in
                for event in events { viewer.send(event) }
            }
            sent += events
            world.run(for: .milliseconds(1))
        }
        world.run(for: .seconds(3))
        #expect(stops(world.hostInput) == stops(sent))
    }

    @Test func `of too much input in an outage nothing stays pressed`() throws {
        let world = try pair()
        world.silenced = [World.address(of: 0).ip]
        for index in 0..<5_000 {
            world.actAsViewer(0) { viewer, _ in viewer.send(.key(keysym: UInt32(index), isPressed: index % 3 > 0)) }
            for part in world.viewers[0].session.footprint { #expect(part.count <= part.limit, "\(part.name)") }
        }
        world.run(for: .milliseconds(100))
        world.silenced = []
        world.run(for: .seconds(10))
        let gap = try #require(world.hostInput.lastIndex(of: .releaseAll))
        let keys = world.hostInput[(gap + 1)...]
        #expect(world.hostInput.count < 2_000)
        #expect(Array(keys) == (5_000 - keys.count..<5_000).map { .key(keysym: UInt32($0), isPressed: $0 % 3 > 0) })
    }

    /// Keys, buttons and where the pointer was for each of them, and at the end.
    private func stops(_ events: [InputEvent]) -> [InputEvent] {
        var result: [InputEvent] = []
        for event in events {
            if case .pointerMoved = event, case .pointerMoved = result.last { result.removeLast() }
            result.append(event)
        }
        return result
    }

    /// Its answers wait in the socket meanwhile.
    @Test func `a machine that slept measures no round trip by it`() throws {
        let world = try pair()
        world.actAsViewer(0) { viewer, _ in viewer.send(.key(keysym: 97, isPressed: true)) }
        world.sleep(0)
        world.run(for: .seconds(20))
        let before = world.viewerEvents[0].count
        world.wake(0)
        world.run(for: .seconds(15))
        #expect(world.hostInput == [.key(keysym: 97, isPressed: true)])
        #expect(world.viewerEnds(0).isEmpty)
        let samples = world.viewerEvents[0][before...].compactMap { event -> Interval? in
            if case .session(.roundTrip(let sample)) = event { sample } else { nil }
        }
        #expect(samples.count >= 3)
        #expect(samples.allSatisfy { $0 < World.delay * 3 })
    }

    @Test func `a pointer's shape arrives`() throws {
        let world = try pair()
        let shape = try #require(ControlMessageTests.shape(width: 24, height: 32))
        world.actAsHost { host, _ in host.send(shape) }
        world.run(for: .seconds(1))
        #expect(world.viewerEvents[0].contains(.session(.cursor(shape))))
    }

    /// Thirty of the largest would take a path of 50 kB a second for 22 seconds; the picture waits for none but the first.
    @Test func `of many shapes on a slow path the newest counts`() throws {
        let world = try pair()
        world.link = WorldLink(bytesPerSecond: 50_000)
        let side = CursorShape.maximumSide
        let shapes = (0..<30).compactMap { index in
            CursorShape(
                width: side, height: side, hotspotX: index, hotspotY: 0,
                pixels: [UInt32](repeating: UInt32(index), count: side * side))
        }
        for shape in shapes {
            world.actAsHost { host, _ in host.send(shape) }
            world.run(for: .milliseconds(20))
        }
        world.run(for: .seconds(4))
        let arrived = world.viewerEvents[0].compactMap {
            if case .session(.cursor(let shape)) = $0 { shape } else { nil }
        }
        #expect(arrived.last == shapes.last)
        #expect(arrived.first == shapes.first && arrived.count < 5)
        #expect(world.host.session?.figures.messagesDropped == 0)
    }

    /// Two thousand messages that leave in a dozen packets; who hears them is told of what they come to.
    @Test func `what a peer says again and again is not told each time`() throws {
        let world = try pair()
        let before = world.viewerEvents[0].count
        let sent = world.datagrams.count
        world.actAsHost { host, now in
            for index in 0..<2_000 {
                host.say(.recorded, at: now)
                host.say(.inputPolicy(isViewOnly: index % 2 == 0), at: now)
                host.say(.timeLimit(seconds: UInt32(index / 100)), at: now)
                host.say(.clipboard(ClipboardOffer(selections: [.clipboard], byteLimit: UInt32(index))), at: now)
            }
            host.say(.inputPolicy(isViewOnly: true), at: now)
        }
        world.run(for: .seconds(1))
        let news = world.viewerEvents[0].dropFirst(before)
        let packets = world.datagrams.count - sent
        #expect(news.count { $0 == .session(.recorded) } == 1)
        #expect(news.count { if case .session(.timeLimit) = $0 { true } else { false } } <= 20)
        let policies = news.compactMap {
            if case .session(.inputPolicy(let isViewOnly)) = $0 { isViewOnly } else { nil }
        }
        #expect(policies.last == true && policies.count <= packets)
        #expect(news.count < 4 * packets && packets < 200)
    }

    @Test func `a host that is only looked at takes no input, and says so`() throws {
        var configuration = SessionConfiguration()
        configuration.isViewOnly = true
        let world = try pair(host: configuration)
        world.actAsViewer(0) { viewer, _ in viewer.send(.key(keysym: 97, isPressed: true)) }
        world.run(for: .seconds(1))
        #expect(world.hostInput.isEmpty)
        #expect(world.viewerEvents[0].contains(.session(.inputPolicy(isViewOnly: true))))
    }

    @Test func `a viewer that only looks sends no input`() throws {
        var configuration = SessionConfiguration()
        configuration.isViewOnly = true
        let world = try pair(viewer: configuration)
        world.actAsViewer(0) { viewer, _ in
            let isSent = viewer.send(.key(keysym: 97, isPressed: true))
            #expect(!isSent)
        }
        world.run(for: .seconds(1))
        #expect(world.hostInput.isEmpty)
        #expect(world.viewers[0].session.transportStatistics.inputEventsSent == 0)
    }

    @Test func `a viewer's goodbye reaches the host with its words`() throws {
        let world = try pair()
        world.actAsViewer(0) { $0.close(text: "lunch", at: $1) }
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(0) == [.closed])
        #expect(world.hostEnds == [.closedByPeer("lunch")])
    }

    @Test func `a host's goodbye reaches the viewer with its words`() throws {
        let world = try pair()
        world.actAsHost { $0.close(text: "shutting down", at: $1) }
        world.run(for: .seconds(1))
        #expect(world.hostEnds == [.closed])
        #expect(world.viewerEnds(0) == [.closedByPeer("shutting down")])
    }

    @Test(arguments: [false, true]) func `a goodbye is heard though no path carries it`(_ isHosts: Bool) throws {
        let world = try pair()
        world.silenced = [World.address(of: 0).ip]
        if isHosts {
            world.actAsHost { $0.close(text: "over", at: $1) }
        } else {
            world.actAsViewer(0) { $0.close(text: "over", at: $1) }
        }
        world.run(for: .seconds(1))
        #expect(world.hostEnds == [isHosts ? .closed : .closedByPeer("over")])
        #expect(world.viewerEnds(0) == [isHosts ? .closedByPeer("over") : .closed])
    }

    /// Each hears of the other through signaling, and nothing passes between them.
    @Test func `a viewer that finds no path is told so once, long before it gives up`() throws {
        let viewerKeys = World.keys(2)
        let world = World(.authorizedKeys([viewerKeys.publicKey]), keys: World.keys(1))
        world.run(for: .seconds(1))
        world.silenced = [World.address(of: 0).ip]
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: viewerKeys)
        world.run(for: .seconds(60))
        #expect(world.viewerEvents[0].count { $0 == .session(.pathMissing) } == 1)
        #expect(world.viewerEnds(0).isEmpty && !world.isConnected(0))
        world.silenced = []
        world.run(for: .seconds(20))
        #expect(world.isConnected(0))
        world.run(for: .seconds(60))
        #expect(world.viewerEvents[0].count { $0 == .session(.pathMissing) } == 1)
    }

    @Test func `nothing but a goodbye ends an idle session`() throws {
        let world = try pair()
        world.run(for: .seconds(600))
        #expect(world.hostEnds.isEmpty)
        #expect(world.viewerEnds(0).isEmpty)
        let samples = world.viewerEvents[0].filter { if case .session(.roundTrip) = $0 { true } else { false } }
        #expect(samples.count >= 500, "an idle session measures its round trip each second")
    }

    /// Its machine slept for twice the time that the handshake may take, or it was awake and nobody answered.
    @Test(arguments: [false, true]) func `sleep does not count as waiting for an answer`(_ sleeps: Bool) throws {
        var random = SeededRandom(seed: 3)
        let host = HostCredential.publicKey(World.keys(1).publicKey)
        var session = try Session<ScreenReceiver>.view(
            host, keys: World.keys(2), sockets: [World.address(of: 0)], random: &random, at: .zero
        ).session
        let patience = session.configuration.handshakeTimeout
        let wokenAt = Instant.zero + patience * 2
        if sleeps {
            session.advance(to: wokenAt)
            #expect(session.end == nil)
        }
        var now = sleeps ? wokenAt : .zero
        for _ in 0..<1_000 where session.end == nil {
            guard let next = session.nextDeadline else { break }
            now = max(now, next)
            session.advance(to: now)
        }
        #expect(session.end == .timedOut)
        #expect(now == (sleeps ? wokenAt : .zero) + patience)
    }
}

import PeerSession
import Rendezvous
import ScreenCodec
import SecureChannel
import Testing
import WireFormat

/// Sessions with nobody between the peers: the host listens, the viewer knows its address and its key.
@Suite struct PathTests {
    private let hostKeys = World.keys(1)
    private let viewerKeys = World.keys(2)
    private let otherKeys = World.keys(3)

    private func world(hasServer: Bool = false, seed: UInt64 = 1) -> World {
        let world = World(
            .authorizedKeys([viewerKeys.publicKey, otherKeys.publicKey]), keys: hostKeys, hasServer: hasServer,
            listens: true, seed: seed)
        show(Self.pixels, in: world)
        return world
    }

    private func show(_ pixels: [UInt32], in world: World) {
        world.actAsHost { host, _ in
            host.updateScreen { sender in
                sender.update(
                    pixels: pixels.span, stride: World.width,
                    damage: Rectangle(x: 0, y: 0, width: World.width, height: World.height))
            }
        }
    }

    private static let pixels = (0..<World.width * World.height).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }

    private func add(_ keys: StaticKeyPair, to world: World) throws -> Int {
        try world.addViewer(at: World.entrance, knowing: hostKeys.publicKey, keys: keys)
    }

    private func send(_ keysym: UInt32, from viewer: Int, in world: World) {
        world.actAsViewer(viewer) { peer, _ in
            let isSent = peer.send(.key(keysym: keysym, isPressed: true))
            #expect(isSent)
        }
    }

    /// Initiation, answer, check, its answer; and the first picture with the last of them.
    @Test func `the path is there after two round trips, and with it the first picture`() throws {
        let world = world()
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(1))
        let figures = world.viewers[viewer].session.figures
        #expect(figures.setup == World.delay * 4)
        #expect(figures.firstFrame == World.delay * 4)
        #expect(world.viewers[viewer].session.selectedPair?.isRelayed == false)
        send(65, from: viewer, in: world)
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 65, isPressed: true)])
        #expect(world.datagrams.allSatisfy { $0.path.remote != World.entrance || $0.path.local.port == 50_000 })
        #expect(world.datagrams.allSatisfy { $0.path.local.ip != World.hostIP || $0.path.local == World.entrance })
    }

    @Test func `one after the other, and each is told its end`() throws {
        let world = world()
        for round in 0..<3 {
            let viewer = try add(viewerKeys, to: world)
            world.run(for: .seconds(1))
            #expect(world.isConnected(viewer), "round \(round)")
            world.actAsHost { host, now in
                if round == 2 { host.close(text: "enough", at: now) }
            }
            world.actAsViewer(viewer) { peer, now in
                if round < 2 { peer.close(at: now) }
            }
            world.run(for: .seconds(1))
            #expect(world.viewerEnds(viewer) == [round == 2 ? .closedByPeer("enough") : .closed])
            #expect(world.hostEnds.count == round + 1)
        }
        #expect(world.hostEvents.contains(.finished(.finished)) == false, "the last close only ended the session")
        world.actAsHost { host, now in host.close(at: now) }
        #expect(world.hostEvents.contains(.finished(.finished)))
    }

    /// So that nobody can turn its generator back to secrets of sessions before.
    @Test func `a host draws the next secrets from the generator that it was given since`() throws {
        var answers: [[[UInt8]]] = []
        for seed: UInt64? in [nil, nil, 99] {
            let world = world()
            for _ in 0..<2 {
                let viewer = try add(viewerKeys, to: world)
                world.run(for: .seconds(1))
                if let seed { world.actAsHost { host, _ in host.reseed(SeededRandom(seed: seed)) } }
                world.actAsViewer(viewer) { peer, now in peer.close(at: now) }
                world.run(for: .seconds(1))
            }
            answers.append(world.datagrams.map(\.bytes).filter { $0.first == 0xC2 })
        }
        #expect(answers.map(\.count) == [2, 2, 2])
        #expect(answers[1] == answers[0])
        #expect(answers[2][0] == answers[0][0])
        #expect(answers[2][1] != answers[0][1])
    }

    /// Nobody else could bring it, and the session is concluded by then.
    @Test func `a goodbye that is lost is said again`() throws {
        let world = world()
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(1))
        world.silenced = [World.address(of: viewer).ip]
        world.actAsHost { host, now in host.close(text: "enough", at: now) }
        world.run(for: World.delay + .milliseconds(1))
        world.silenced = []
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(viewer) == [.closedByPeer("enough")])
    }

    @Test func `an unknown key is refused by the host itself`() throws {
        let world = world()
        let stranger = try add(World.keys(9), to: world)
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(stranger) == [.refusedByServer(.refused)])
        #expect(world.hostEvents.contains(.refused(.unknownKey)))
        #expect(!world.host.isScreenWanted)
        #expect(world.datagrams.count == 2)
    }

    @Test func `another host's key leads nowhere, with a hint why`() throws {
        let world = world()
        let lost = try world.addViewer(at: World.entrance, knowing: World.keys(8).publicKey, keys: viewerKeys)
        world.run(for: .seconds(29))
        #expect(world.viewerEnds(lost).isEmpty, "anyone could have said so")
        world.run(for: .seconds(2))
        #expect(world.viewerEnds(lost) == [.timedOut])
        #expect(world.viewers[lost].pathHint == .otherKey)
        let elsewhere = TransportAddress(ip: .v4(0x0A00_0002), port: 8_471)
        let unanswered = try world.addViewer(at: elsewhere, knowing: hostKeys.publicKey, keys: viewerKeys)
        world.run(for: .seconds(31))
        #expect(world.viewerEnds(unanswered) == [.timedOut])
        #expect(world.viewers[unanswered].pathHint == nil)
    }

    @Test func `a second viewer is told that the host is busy, and the first does not notice`() throws {
        let world = world()
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(2))
        let second = try add(otherKeys, to: world)
        world.run(for: .seconds(2))
        #expect(world.viewerEnds(second) == [.refusedByServer(.roomBusy)])
        #expect(world.host.pathCounters?.cookiesAsked == 1)
        send(66, from: first, in: world)
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 66, isPressed: true)])
    }

    @Test func `the same machine comes again after its program was killed`() throws {
        let world = world()
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(2))
        world.silenced = [World.address(of: first).ip]
        let second = try add(viewerKeys, to: world)
        world.run(for: .seconds(5))
        #expect(world.isConnected(second))
        #expect(world.hostEnds == [.superseded])
        send(67, from: second, in: world)
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 67, isPressed: true)])
    }

    /// The host has been started anew and remembers nothing; he who kept the datagrams receives what he asks for.
    @Test func `copies of old initiations have no session and keep nobody out`() throws {
        let old = world(seed: 5)
        for _ in 0..<6 {
            let viewer = try add(viewerKeys, to: old)
            old.run(for: .milliseconds(500))
            old.actAsViewer(viewer) { peer, now in peer.close(at: now) }
            old.run(for: .seconds(1))
        }
        let kept = old.datagrams.filter { $0.path.remote == World.entrance && $0.bytes.count == 1_200 }
        #expect(kept.count == 6)
        let world = world(seed: 6)
        let thief = TransportAddress(ip: .v4(0x0B00_0001), port: 7)
        for datagram in kept { world.inject(datagram.bytes, over: Path(local: World.entrance, remote: thief)) }
        #expect(world.host.pathCounters?.initiations == 1, "the others were asked for cookies")
        world.run(for: .seconds(1))
        #expect(!world.hostEvents.contains { if case .session = $0 { true } else { false } })
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(1))
        #expect(world.isConnected(viewer))
        world.run(for: .seconds(60))
        #expect(world.hostEnds.isEmpty && world.viewerEnds(viewer).isEmpty)
        send(68, from: viewer, in: world)
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 68, isPressed: true)])
        let sent = world.datagrams.filter { $0.path.remote == thief }.reduce(0) { $0 + $1.bytes.count }
        #expect(sent <= kept.count * 1_200)
    }

    /// While one waits that began beside a session, nobody captures for those who come after that session.
    @Test func `who comes after a session sees the screen as it is`() throws {
        let world = world()
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(1))
        // Its initiation has come, and it has not spoken yet.
        let silent = try add(viewerKeys, to: world)
        world.run(for: World.delay * 3 + .milliseconds(5))
        world.silenced = [World.address(of: silent).ip]
        let newest = Self.pixels.map { ~$0 }
        show(newest, in: world)
        world.run(for: .seconds(1))
        world.actAsViewer(first) { peer, now in peer.close(at: now) }
        world.run(for: .seconds(1))
        #expect(world.hostEnds.count == 1 && world.host.session == nil && world.host.isScreenWanted)
        var wanted = world.hostEvents.count { $0 == .screenWanted }
        let last = try add(otherKeys, to: world)
        for _ in 0..<1_000 {
            world.run(for: .milliseconds(1))
            let count = world.hostEvents.count { $0 == .screenWanted }
            if count > wanted { show(newest, in: world) }
            wanted = count
        }
        #expect(world.isConnected(last))
        let screen = world.viewers[last].session.screen
        let shown = screen.decoder.pixels
        let isSame = shown.indices.allSatisfy { (shown[$0] ^ newest[$0]) & 0xFF_FFFF == 0 }
        #expect(screen.isExact && isSame)
    }

    @Test func `what nobody has answered to is forgotten`() throws {
        let old = world(seed: 5)
        try _ = add(viewerKeys, to: old)
        old.run(for: .milliseconds(500))
        let world = world(seed: 6)
        let thief = TransportAddress(ip: .v4(0x0B00_0001), port: 7)
        world.inject(old.datagrams[0].bytes, over: Path(local: World.entrance, remote: thief))
        #expect(world.host.isScreenWanted)
        world.run(for: .seconds(31))
        #expect(!world.host.isScreenWanted)
        #expect(world.hostEnds.isEmpty, "there was no session")
    }

    @Test func `a viewer may change its address`() throws {
        let world = world()
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(2))
        world.actAsViewer(viewer) { peer, now in
            peer.addSocket(World.address(of: viewer, move: 1), at: now)
            peer.removeSocket(World.address(of: viewer), at: now)
        }
        world.run(for: .seconds(3))
        send(69, from: viewer, in: world)
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 69, isPressed: true)])
        #expect(world.host.session?.selectedPair?.remote.address == World.address(of: viewer, move: 1))
        #expect(world.hostEnds.isEmpty && world.viewerEnds(viewer).isEmpty)
    }

    @Test func `a NAT may give the viewer another port`() throws {
        let world = world()
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(2))
        let outside = TransportAddress(ip: .v4(0x0C00_0001), port: 999)
        world.translations = [World.address(of: viewer): outside]
        world.run(for: .seconds(20))
        send(70, from: viewer, in: world)
        world.run(for: .seconds(2))
        #expect(world.hostInput == [.key(keysym: 70, isPressed: true)])
        #expect(world.host.session?.selectedPair?.remote.address == outside)
        #expect(world.hostEnds.isEmpty && world.viewerEnds(viewer).isEmpty)
    }

    /// From the viewer's own address as well as from others: mutations of all that was sent so far, and of nothing.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func `nothing that was not sealed ends a session`(_ seed: UInt64)
        throws
    {
        let world = world(seed: seed)
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(1))
        var random = SeededRandom(seed: seed)
        let kept = world.datagrams.filter { $0.path.remote == World.entrance }
        for round in 0..<1_000 {
            var bytes = kept.randomElement(using: &random)?.bytes ?? []
            if round % 5 == 0 { bytes = random.bytes(count: Int.random(in: 0...1_400, using: &random)) }
            if round % 5 != 1, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            }
            let source =
                Bool.random(using: &random)
                ? World.address(of: viewer)
                : TransportAddress(ip: .v4(0x0B00_0000 + random.next(upperBound: 64 as UInt32)), port: 7)
            world.inject(bytes, over: Path(local: World.entrance, remote: source))
            if round % 50 == 0 { world.run(for: .milliseconds(100)) }
        }
        world.run(for: .seconds(5))
        #expect(world.hostEnds.isEmpty && world.viewerEnds(viewer).isEmpty)
        send(71, from: viewer, in: world)
        world.run(for: .seconds(1))
        #expect(world.hostInput == [.key(keysym: 71, isPressed: true)])
    }

    @Test func `a host may listen and be introduced at once`() throws {
        let world = world(hasServer: true)
        world.run(for: .seconds(1))
        #expect(world.hostEvents.contains(.waiting(hostKeys.publicKey)))
        let first = try add(viewerKeys, to: world)
        world.run(for: .seconds(1))
        #expect(world.isConnected(first))
        let busy = try world.addViewer(.publicKey(hostKeys.publicKey), keys: otherKeys)
        world.run(for: .seconds(1))
        #expect(world.viewerEnds(busy) == [.refusedByServer(.roomBusy)])
        world.actAsViewer(first) { peer, now in peer.close(at: now) }
        world.run(for: .seconds(1))
        let second = try world.addViewer(.publicKey(hostKeys.publicKey), keys: otherKeys)
        world.run(for: .seconds(1))
        #expect(world.isConnected(second))
    }

    @Test func `a host that shows codes does not listen`() throws {
        let world = World(.codes, keys: hostKeys, listens: true)
        let viewer = try add(viewerKeys, to: world)
        world.run(for: .seconds(31))
        #expect(world.viewerEnds(viewer) == [.timedOut])
        #expect(world.datagrams.allSatisfy { $0.path.local != World.entrance })
    }
}

import FileTransfer
import PeerSession
import ScreenCodec
import SecureChannel
import Testing
import WireFormat

/// Files in whole sessions: handshake, records, transport, over links that lose, reorder and are narrow.
@Suite struct FileSessionTests {
    private func makeWorld(
        _ link: WorldLink = WorldLink(), files: FilePolicy = FilePolicy(receives: true, sends: true),
        isScreenWanted: Bool = false, seed: UInt64 = 1
    ) throws -> World {
        var configuration = SessionConfiguration()
        configuration.files = files
        let world = World(
            .authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1), configuration: configuration, seed: seed)
        world.run(for: .seconds(1))
        var viewer = SessionConfiguration()
        viewer.isScreenWanted = isScreenWanted
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2), configuration: viewer)
        world.run(for: .seconds(1))
        try #require(world.isConnected(0))
        world.link = link
        return world
    }

    private func bytes(_ count: Int, seed: UInt64 = 3) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count: count)
    }

    private func send(_ name: String, in world: World) {
        world.actAsViewer(0) { viewer, now in _ = viewer.sendFile(name, at: now) }
    }

    private func stored(_ events: [PeerEvent]) -> [String] {
        events.compactMap { if case .session(.file(.stored(_, let name))) = $0 { name } else { nil } }
    }

    private func failures(_ events: [PeerEvent]) -> [TransferFailure] {
        events.compactMap { if case .session(.file(.failed(_, let failure))) = $0 { failure } else { nil } }
    }

    /// Runs until the viewer knows that so many files are stored.
    private func wait(for count: Int, in world: World, limit: Int = 60) -> Interval {
        let start = world.now
        for _ in 0..<limit * 100 where stored(world.viewerEvents[0]).count < count { world.run(for: .milliseconds(10)) }
        return world.now - start
    }

    static let links: [(loss: Double, jitter: Int64)] = [(0, 0), (0.01, 0), (0, 8), (0.05, 4), (0.2, 20)]

    @Test(arguments: links, [UInt64(1), 2])
    func `arrive as they were, both ways, whatever the path does`(
        link: (loss: Double, jitter: Int64), seed: UInt64
    ) throws {
        let world = try makeWorld(WorldLink(loss: link.loss, jitter: .milliseconds(link.jitter)), seed: seed)
        world.viewerDisk["to"] = bytes(700_000, seed: seed)
        world.hostDisk["from"] = bytes(600_000, seed: seed + 10)
        send("to", in: world)
        let name = try #require(FileName("from"))
        world.actAsViewer(0) { viewer, now in _ = viewer.requestFile(name, at: now) }
        _ = wait(for: 2, in: world)
        #expect(world.hostDisk["to"] == world.viewerDisk["to"] && world.viewerDisk["from"] == world.hostDisk["from"])
        #expect(Set(stored(world.viewerEvents[0])) == ["to", "from"])
        #expect(failures(world.viewerEvents[0]).isEmpty && failures(world.hostEvents).isEmpty)
    }

    @Test func `a session that ends leaves what has come, and the next goes on from there`() throws {
        let world = try makeWorld(WorldLink(bytesPerSecond: 1_000_000))
        world.viewerDisk["a"] = bytes(2_000_000)
        send("a", in: world)
        world.run(for: .seconds(1))
        world.actAsViewer(0) { viewer, now in viewer.close(at: now) }
        world.run(for: .seconds(2))
        #expect(failures(world.viewerEvents[0]) == [.sessionEnded] && failures(world.hostEvents) == [.sessionEnded])
        #expect(world.hostDisk.finished.isEmpty && world.hostDisk.parts.count == 1 && world.hostDisk.openCount == 0)
        let held = try #require(world.hostDisk.parts.first.flatMap { world.hostDisk[$0]?.count })
        #expect(held > 500_000)
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2))
        world.run(for: .seconds(1))
        world.actAsViewer(1) { viewer, now in _ = viewer.sendFile("a", at: now) }
        world.run(for: .seconds(5))
        #expect(stored(world.viewerEvents[1]) == ["a"] && world.hostDisk["a"] == world.viewerDisk["a"])
        let begun = world.viewerEvents[1].compactMap { event in
            if case .session(.file(.began(let file))) = event { Int(file.heldBytes) } else { nil }
        }
        #expect(begun == [held])
    }

    @Test func `a host that was not asked to takes and gives none`() throws {
        let world = try makeWorld(files: .off)
        world.viewerDisk["a"] = [1]
        world.hostDisk["b"] = [2]
        send("a", in: world)
        let name = try #require(FileName("b"))
        world.actAsViewer(0) { viewer, now in _ = viewer.requestFile(name, at: now) }
        world.run(for: .seconds(1))
        #expect(failures(world.viewerEvents[0]) == [.refused, .refused] && world.hostDisk.log.isEmpty)
    }

    @Test func `who comes for files alone gets no screen`() throws {
        let world = try makeWorld()
        world.run(for: .seconds(1))
        #expect(!world.host.isScreenWanted)
        let before = world.viewers[0].session.figures.bytesReceived
        // What the host sent before it knew.
        let count = world.viewers[0].session.screen.datagramCount
        let pixels = [UInt32](repeating: 0xFF12_3456, count: World.width * World.height)
        world.actAsHost { host, _ in
            host.updateScreen { sender in
                sender.update(
                    pixels: pixels.span, stride: World.width,
                    damage: Rectangle(x: 0, y: 0, width: World.width, height: World.height))
            }
        }
        world.run(for: .milliseconds(500))
        #expect(count <= 1 && world.viewers[0].session.screen.datagramCount == count)
        #expect(world.viewers[0].session.figures.bytesReceived - before < 500)
    }

    /// 20 Mbit/s, 20 ms of path and as much of queue.
    private static let narrow = WorldLink(bytesPerSecond: 2_500_000, queueBytes: 50_000)

    @Test(arguments: [false, true])
    func `a file takes little more time than its bytes on a narrow link`(isGet: Bool) throws {
        let world = try makeWorld(Self.narrow)
        let size = 5_000_000
        world.viewerDisk["a"] = bytes(size)
        world.hostDisk["b"] = bytes(size)
        if isGet {
            let name = try #require(FileName("b"))
            world.actAsViewer(0) { viewer, now in _ = viewer.requestFile(name, at: now) }
        } else {
            send("a", in: world)
        }
        let took = wait(for: 1, in: world)
        let share = Double(size) / 2_500_000 / took.seconds
        // From the request to the last word, the path's round trips and the transport's beginning included.
        #expect(share >= 0.85, "\(share) of the link")
    }

    /// From a key on the viewer's side to what it draws, seen there: virtual milliseconds.
    private func keyWaits(in world: World, seconds: Int) -> [Double] {
        var waits: [Double] = []
        var pixels = [UInt32](repeating: 0xFF00_0000, count: World.width * World.height)
        for number in 0..<seconds * 8 {
            let pressedAt = world.now
            let before = world.hostInput.count
            world.actAsViewer(0) { viewer, _ in viewer.send(.key(keysym: 65, isPressed: number % 2 == 0)) }
            while world.hostInput.count == before { world.run(for: .milliseconds(1)) }
            let place = 100 + number
            pixels[place] = 0xFF00_00FF
            let now = pixels
            world.actAsHost { host, _ in
                host.updateScreen { sender in
                    let area = Rectangle(x: place % World.width, y: place / World.width, width: 1, height: 1)
                    sender.update(pixels: now.span, stride: World.width, damage: area)
                }
            }
            for _ in 0..<2_000 where !shows(place, in: world) { world.run(for: .milliseconds(1)) }
            waits.append((world.now - pressedAt).milliseconds)
            world.run(for: .milliseconds(Int64(125 - min(waits.last ?? 0, 120))))
        }
        return waits.sorted()
    }

    private func shows(_ place: Int, in world: World) -> Bool {
        let screen = world.viewers[0].session.screen
        let pixels = screen.decoder.pixels
        return pixels[place] & 0xFF == 0xFF
    }

    @Test(arguments: [false, true])
    func `keys are as fast beside a file as without, but for the queue that the path has`(isGet: Bool) throws {
        func typing(withFile: Bool) throws -> [Double] {
            let world = try makeWorld(Self.narrow, isScreenWanted: true)
            let pixels = [UInt32](repeating: 0xFF00_0000, count: World.width * World.height)
            world.actAsHost { host, _ in
                host.updateScreen { sender in
                    sender.update(
                        pixels: pixels.span, stride: World.width,
                        damage: Rectangle(x: 0, y: 0, width: World.width, height: World.height))
                }
            }
            world.run(for: .seconds(1))
            try #require(world.viewers[0].session.screen.isExact)
            world.viewerDisk["a"] = bytes(12_000_000)
            world.hostDisk["b"] = bytes(12_000_000)
            let name = try #require(FileName("b"))
            if withFile, isGet { world.actAsViewer(0) { viewer, now in _ = viewer.requestFile(name, at: now) } }
            if withFile, !isGet { send("a", in: world) }
            world.run(for: .seconds(1))
            return keyWaits(in: world, seconds: 3)
        }
        let (without, beside) = (try typing(withFile: false), try typing(withFile: true))
        let late = without.count * 95 / 100
        #expect(beside[late] <= without[late] + 10, "\(without[late]) and \(beside[late]) ms")
    }
}

import PeerSession
import ScreenCodec
import SecureChannel
import Testing
import WireFormat

/// What a session's recording holds, and that it becomes the same picture again.
@Suite struct RecordingTests {
    private static let samples: [RecordedEvent] = [
        .sessionBegan, .screen(packetNumber: 0, content: []), .screen(packetNumber: 1 << 40, content: [1, 2, 3]),
        .missing(count: 3), .sessionEnded,
    ]

    private static func events(of block: [UInt8]) throws(RecordingFailure) -> [(after: Interval, event: RecordedEvent)]
    {
        var reader = ByteReader(block.span)
        var found: [(after: Interval, event: RecordedEvent)] = []
        while reader.remaining > 0 { found.append(try RecordedEvent.read(from: &reader)) }
        return found
    }

    @Test func `events come back as they were`() throws {
        let shape = try #require(ControlMessageTests.shape(width: 5, height: 4))
        let events = Self.samples + [.cursor(shape)]
        var block: [UInt8] = []
        for (index, event) in events.enumerated() { event.append(to: &block, after: .microseconds(Int64(index) * 997)) }
        let found = try Self.events(of: block)
        #expect(found.map(\.event) == events)
        #expect(found.map(\.after) == events.indices.map { .microseconds(Int64($0) * 997) })
    }

    @Test func `cut or mutated events are malformed or others, and never trap`() throws {
        var block: [UInt8] = []
        for event in Self.samples { event.append(to: &block, after: .milliseconds(70)) }
        for count in 1..<block.count {
            if let found = try? Self.events(of: Array(block.prefix(count))) {
                #expect(found.map(\.event) == Array(Self.samples.prefix(found.count)))
            }
        }
        var random = SeededRandom(seed: 3)
        for mutation in Bytes.mutations(of: block, random: &random, count: 3_000) { _ = try? Self.events(of: mutation) }
    }

    @Test func `what a recording says of itself comes back`() throws {
        for side in [RecordingAbout.Side.host, .viewer] {
            let about = RecordingAbout(side: side, beganAtMilliseconds: 1_700_000_000_123)
            #expect(try RecordingAbout(decoding: about.encoded.span) == about)
            #expect(try RecordingAbout(decoding: (about.encoded + [1]).span) == about)
        }
        #expect(throws: RecordingFailure.otherVersion) { try RecordingAbout(decoding: [2, 1, 0].span) }
        for wrong: [UInt8] in [[], [1], [1, 3, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0]] {
            #expect(throws: RecordingFailure.malformed) { try RecordingAbout(decoding: wrong.span) }
        }
    }

    @Test func `a replay is the viewer's picture at every moment, by the time at which it was`() throws {
        let world = World(.authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1))
        world.run(for: .seconds(1))
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2))
        let began = world.now
        world.actAsViewer(0) { viewer, now in viewer.record(since: now) }
        world.actAsHost { host, now in host.record(since: now) }
        world.run(for: .seconds(2))
        try #require(world.isConnected(0))

        var (player, count) = (RecordingPlayer(), 0)
        for step in 0..<20 {
            draw(step, in: world)
            world.run(for: .milliseconds(50))
            var block: [UInt8] = []
            world.actAsViewer(0) { viewer, now in block = viewer.takeRecorded(at: now) }
            for (after, event) in try Self.events(of: block) {
                // Each datagram of this step came within it.
                let now = world.now - began
                #expect(after <= now && after + .milliseconds(step == 0 ? 2_050 : 50) >= now)
                player.play(event, after: after)
                count += 1
            }
            #expect(Self.words(player.decoder) == Self.words(world.viewers[0].session.screen.decoder))
            #expect(player.isExact == world.viewers[0].session.screen.isExact)
        }
        #expect(player.decoder.width == World.width)
        #expect(player.datagramCount == UInt64(count))
        #expect(player.datagramCount == world.viewers[0].session.screen.datagramCount)
        #expect(player.malformedCount == 0 && player.missingCount == 0)
    }

    @Test func `what the host sent becomes the picture that it has`() throws {
        let world = World(.authorizedKeys([World.keys(2).publicKey]), keys: World.keys(1))
        world.actAsHost { host, now in host.record(since: now) }
        world.run(for: .seconds(1))
        try world.addViewer(.publicKey(World.keys(1).publicKey), keys: World.keys(2))
        world.run(for: .seconds(2))
        for step in 0..<5 {
            draw(step, in: world)
            world.run(for: .milliseconds(200))
        }
        world.run(for: .seconds(2))
        var block: [UInt8] = []
        world.actAsHost { host, now in block = host.takeRecorded(at: now) }
        var player = RecordingPlayer()
        for (after, event) in try Self.events(of: block) { player.play(event, after: after) }
        #expect(player.isExact)
        #expect(Self.words(player.decoder) == Self.words(world.viewers[0].session.screen.decoder))
    }

    @Test func `another session begins with an empty picture`() throws {
        var player = RecordingPlayer()
        player.play(.sessionBegan, after: .zero)
        player.play(.screen(packetNumber: 1, content: [1]), after: .seconds(1))
        player.play(.missing(count: 2), after: .milliseconds(500))
        #expect((player.malformedCount, player.missingCount, player.sessionCount) == (1, 2, 1))
        #expect(player.position == .seconds(1), "time does not go back")
        player.play(.sessionBegan, after: .seconds(2))
        #expect((player.malformedCount, player.sessionCount, player.decoder.width) == (0, 2, 0))
    }

    private static func words(_ decoder: Decoder) -> [UInt32] {
        let pixels = decoder.pixels
        return pixels.indices.map { pixels[$0] }
    }

    /// Other colours in a part of the screen.
    private func draw(_ step: Int, in world: World) {
        let pixels = (0..<World.width * World.height).map { index in
            UInt32(index % World.width < 8 * (step % 8) ? index * (step + 7) & 0xFF_FFFF : 0x20_4060) | 0xFF00_0000
        }
        world.actAsHost { host, _ in
            host.updateScreen { sender in
                sender.update(
                    pixels: pixels.span, stride: World.width,
                    damage: Rectangle(x: 0, y: 0, width: World.width, height: World.height))
            }
        }
    }
}

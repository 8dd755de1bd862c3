import NetworkSimulator
import PeerSession
import ScreenCodec
import SecureChannel
import Testing
import WireFormat
import rdbench

/// What the server sees: a watcher reads every byte that passes its relay and its signaling.
@Suite struct SecrecyTests {
    /// A relayed session with known content, and all that the server's machine saw of it.
    private func watched(
        _ access: LiveSession.Access, gateways: PopulationDraw
    ) throws -> (live: LiveSession, log: WireLog) {
        var configuration = SessionConfiguration()
        configuration.policy = .relayOnly
        let log = WireLog()
        let live = try LiveSession(
            seed: 31, host: gateways, viewer: gateways, access: access, configuration: configuration
        ) { network, server in network.watch(server) { bytes, passage, _ in log.note(bytes, passage) } }
        let took = live.run(atMost: .seconds(20)) { $0.isConnected(relayed: true) && $0.isAtRest }
        try #require(took != nil)
        return (live, log)
    }

    private static let keysyms: [UInt32] = (0..<12).map { 0xC0DE_1000 + $0 * 0x0101 }

    private static let path = Path(
        local: TransportAddress(ip: .v4(1), port: 1), remote: TransportAddress(ip: .v4(2), port: 2))

    private static let shape = CursorShape(
        width: 16, height: 16, hotspotX: 1, hotspotY: 1, pixels: [UInt32](repeating: 0xBEE1_1E55, count: 256))

    @Test(
        arguments: [LiveSession.Access.code, .pinnedKeys],
        [Fixture.home, Fixture.webOnly])
    func `nothing of a session's content or secrets passes the server`(
        _ access: LiveSession.Access, _ gateways: PopulationDraw
    ) throws {
        let (live, log) = try watched(access, gateways: gateways)
        let shape = try #require(Self.shape)
        let marker = Self.marker()
        live.show(marker)
        live.actAsHost { host, _ in host.send(shape) }
        for keysym in Self.keysyms {
            live.type(.key(keysym: keysym, isPressed: true))
            live.run(for: .milliseconds(50))
        }
        live.run(for: .seconds(2))

        // It did pass: the server's machine saw what these took, and the peers have them.
        #expect(live.isAtRest)
        #expect(live.received == live.typed)
        #expect(live.viewerEvents().contains(.cursor(shape)))
        #expect(live.isConnected(relayed: true))
        #expect(log.datagramBytes > 2 * LiveSession.width * LiveSession.height)
        #expect(log.messageBytes > 500)

        let viewerSecret = live.viewer.peer.session.credentials
        let hostSecret = try #require(live.host.peer.session?.credentials)
        // The control: what is public is there, so the watcher sees and the search finds.
        #expect(log.contains(viewerSecret.usernameFragment) && log.contains(hostSecret.usernameFragment))

        #expect(!log.contains(viewerSecret.password))
        #expect(!log.contains(hostSecret.password))
        for keysym in Self.keysyms {
            #expect(!log.contains(InputEvent.key(keysym: keysym, isPressed: true).encoded))
        }
        #expect(!log.contains([0xBE, 0xE1, 0x1E, 0x55, 0xBE, 0xE1, 0x1E, 0x55]))
        #expect(!log.contains([0x55, 0x1E, 0xE1, 0xBE, 0x55, 0x1E, 0xE1, 0xBE]))
        for needle in Self.encodedTiles(of: marker) { #expect(!log.contains(needle)) }
        for code in live.host.events.compactMap({ if case .code(let code) = $0.event { code } else { nil } }) {
            for word in code.words { #expect(!log.contains(word), "\(word)") }
        }
    }

    @Test func `the search would find each needle in the clear`() throws {
        let log = WireLog()
        let shape = try #require(Self.shape)
        let plaintexts =
            Self.keysyms.map { InputEvent.key(keysym: $0, isPressed: true).encoded }
            + [ControlMessage.cursor(shape).framed] + Self.encodedTiles(of: Self.marker())
        var random = SeededRandom(seed: 3)
        for plaintext in plaintexts {
            let packet = random.bytes(count: 40) + plaintext + random.bytes(count: 16)
            log.note(packet.span, .datagramIn(Self.path))
        }
        for keysym in Self.keysyms {
            #expect(log.contains(InputEvent.key(keysym: keysym, isPressed: true).encoded))
        }
        #expect(log.contains([0xBE, 0xE1, 0x1E, 0x55, 0xBE, 0xE1, 0x1E, 0x55]))
        for needle in Self.encodedTiles(of: Self.marker()) { #expect(log.contains(needle)) }
    }

    /// A picture of bars with a bit of noise: the codec gives each tile some bytes of its own.
    private static func marker() -> [UInt32] {
        var random = SeededRandom(seed: 8)
        return (0..<LiveSession.width * LiveSession.height).map { index in
            0xFF00_0000 | (index % 5 == 0 ? UInt32(truncatingIfNeeded: random.next()) & 0xFF_FFFF : 0x11_2233)
        }
    }

    /// What each tile looks like when it is sent alone: the codec's own bytes, without the body's head.
    private static func encodedTiles(of picture: [UInt32]) -> [[UInt8]] {
        var encoder = Encoder(width: LiveSession.width, height: LiveSession.height)
        let all = Rectangle(x: 0, y: 0, width: LiveSession.width, height: LiveSession.height)
        encoder.update(from: picture.span, stride: LiveSession.width, damage: all) { _ in }
        return (0..<UInt32(encoder.grid.tileCount)).map { tile in
            let body = [UInt8](capacity: 1_200) { output in
                let tiles = [tile]
                _ = encoder.encode(tiles.span, into: &output)
            }
            return Array(body.dropFirst(8).prefix(24))
        }
    }
}

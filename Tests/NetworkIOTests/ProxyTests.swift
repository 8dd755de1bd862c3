import NetworkIO
import Rendezvous
import Synchronization
import Testing
import WireFormat

/// What a server believes of who comes through a proxy, and what it tells the proxy.
@Suite struct ProxyTests {
    /// Sources of everything that was opened, joined or refused.
    private final class Seen: Sendable {
        private let sources = Mutex<[TransportAddress]>([])
        var all: [TransportAddress] { sources.withLock { $0 } }

        func note(_ event: RendezvousServer.Event) {
            switch event {
            case .opened(_, let source, _), .refused(_, _, let source): sources.withLock { $0.append(source) }
            default: break
            }
        }
    }

    private static func server(_ seen: Seen, trusting proxies: Set<IPAddress>) throws -> SignalingServer {
        var configuration = SignalingServer.Configuration()
        configuration.connectionsPerSource = 1
        if !proxies.isEmpty { configuration.isTrustedProxy = { proxies.contains($0) } }
        configuration.rendezvous.opensNamedRoomsOnly = !proxies.isEmpty
        configuration.rendezvous.connectionsPerSource = 1
        var hooks = SignalingHooks()
        hooks.audit = { seen.note($0) }
        return try SignalingServer(configuration: configuration, hooks: hooks, random: SeededRandom(seed: 1))
    }

    /// Opens room 7 in the name of these headers.
    private static func open(_ server: SignalingServer, _ headers: String) throws -> RawConnection {
        let connection = try RawConnection(to: server.address)
        try connection.upgrade(path: "/room/7", headers: headers)
        connection.send(RawConnection.frame(try SignalingMessage.openRoom(RoomNumber(7), token: []).encoded()))
        // The welcome, and the answer to the request.
        var frames = 0
        while frames < 2 {
            let header = try connection.receive(exactly: 2)
            guard header.count == 2 else { break }
            var count = Int(header[1])
            if count == 126 {
                let length = try connection.receive(exactly: 2)
                count = length.count == 2 ? Int(length[0]) << 8 | Int(length[1]) : 0
            }
            _ = try connection.receive(exactly: count)
            frames += 1
        }
        #expect(frames == 2)
        // By the time that the event loop answers, it has told all that happened before.
        _ = server.statistics
        return connection
    }

    @Test(
        "the last address that no proxy of ours has is the client's",
        arguments: [
            ("X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7:0"),
            ("X-Forwarded-For: 192.0.2.7:4711\r\n", "192.0.2.7:4711"),
            ("X-Forwarded-For: 2001:db8::7\r\n", "[2001:db8::7]:0"),
            ("x-forwarded-for: [2001:db8::7]:99\r\n", "[2001:db8::7]:99"),
            ("X-Forwarded-For: ::ffff:192.0.2.7\r\n", "192.0.2.7:0"),
            // What the client says of itself stands in front.
            ("X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n", "192.0.2.7:0"),
            ("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7:0"),
            // A second proxy of ours.
            ("X-Forwarded-For: 198.51.100.1, 192.0.2.7, 10.0.0.9\r\n", "192.0.2.7:0"),
            ("X-Forwarded-For: nonsense, 10.0.0.9\r\n", "10.0.0.9:0"),
        ])
    func sources(headers: String, source: String) throws {
        let seen = Seen()
        let proxies: Set = [try #require(IPAddress("127.0.0.1")), try #require(IPAddress("10.0.0.9"))]
        let server = try Self.server(seen, trusting: proxies)
        defer { server.stop() }
        let connection = try Self.open(server, headers)
        #expect(seen.all.map(\.description) == [source])
        _ = connection
    }

    @Test(
        "nobody else is believed, nor what is no address",
        arguments: [
            ("", "X-Forwarded-For: 192.0.2.7\r\n"), ("10.0.0.9", "X-Forwarded-For: 192.0.2.7\r\n"),
            ("127.0.0.1", "X-Forwarded-For: nonsense\r\n"), ("127.0.0.1", "X-Forwarded-For: 192.0.2.7, nonsense\r\n"),
            ("127.0.0.1", "X-Forwarded-For: ,,,,\r\n"), ("127.0.0.1", ""),
        ])
    func unbelieved(proxy: String, headers: String) throws {
        let seen = Seen()
        let server = try Self.server(seen, trusting: Set([IPAddress(proxy)].compactMap { $0 }))
        defer { server.stop() }
        let connection = try Self.open(server, headers)
        #expect(seen.all.map(\.ip.description) == ["127.0.0.1"])
        _ = connection
    }

    @Test("limits are the clients', not the proxy's") func limits() throws {
        let seen = Seen()
        let server = try Self.server(seen, trusting: [try #require(IPAddress("127.0.0.1"))])
        defer { server.stop() }
        let first = try Self.open(server, "X-Forwarded-For: 192.0.2.7\r\n")
        let second = try Self.open(server, "X-Forwarded-For: 192.0.2.8\r\n")
        let third = try RawConnection(to: server.address)
        try third.upgrade(path: "/room/9", headers: "X-Forwarded-For: 192.0.2.7\r\n")
        #expect(try third.closeCode() == 1013)
        #expect(server.statistics.refusedTotal(.rateLimited) == 1)
        _ = (first, second)
    }

    @Test("a proxy is told to ask elsewhere for a room that is not here, unless it asked everywhere")
    func elsewhere() throws {
        let join = try SignalingMessage.join(.room(RoomNumber(7)!), offer: [1]).encoded()
        let header = "beeline-message: \(join.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined())\r\n"
        let seen = Seen()
        let server = try Self.server(seen, trusting: [try #require(IPAddress("127.0.0.1"))])
        defer { server.stop() }
        func status(_ path: String, _ headers: String) throws -> String {
            let connection = try RawConnection(to: server.address)
            connection.send(RawConnection.request(path: path, headers: headers))
            return String(decoding: try connection.receive(exactly: 12), as: UTF8.self)
        }
        #expect(try status("/room/7", header + "X-Forwarded-For: 192.0.2.1\r\n") == "HTTP/1.1 404")
        #expect(try status("/room/7?here", header + "X-Forwarded-For: 192.0.2.2\r\n") == "HTTP/1.1 101")
        let host = try Self.open(server, "X-Forwarded-For: 192.0.2.7\r\n")
        #expect(try status("/room/7", header + "X-Forwarded-For: 192.0.2.3\r\n") == "HTTP/1.1 101")
        _ = host
        // Who comes by himself is told by the protocol, as ever.
        let alone = try Self.server(seen, trusting: [])
        defer { alone.stop() }
        let connection = try RawConnection(to: alone.address)
        connection.send(RawConnection.request(path: "/room/7", headers: header))
        #expect(try String(decoding: connection.receive(exactly: 12), as: UTF8.self) == "HTTP/1.1 101")
    }
}

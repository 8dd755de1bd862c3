import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "A relay of another project", .serialized,
        .enabled(if: Tools.areUsable(["turnserver"]), "turnserver (coturn) is missing"))
    struct OtherRelayTests {
        private static let secret = "a-secret-of-many-characters"
        private static let ports = 30_000...32_000
        private static let attempts = 5

        @Test(
            "a session goes through coturn, named with --relay-server, instead of our own relay or beside it",
            arguments: [false, true])
        func throughCoturn(isBesideOurs: Bool) throws {
            try World.run { world in
                try world.write(Self.secret, to: "secret")
                let (coturn, port) = try startCoturn(world)
                let server = try world.startServer(
                    [
                        "--port", "0", "--turn-port", "0", "--secret-file", world.file("secret"), "--relay-server",
                        "turn:127.0.0.1:\(port)?transport=udp",
                    ] + (isBesideOurs ? [] : ["--no-relay"]))
                let host = try world.startHost(server, ["--screen", "test:160x120", "--relay", "only", "--once"])
                let viewer = try world.startViewer(
                    try host.code(number: 0), server, ["--relay", "only", "--duration", "600"])
                let connected = try viewer.event("connected")
                #expect(connected["path"]?.string == "relayed")
                try viewer.event("first_frame")
                if !isBesideOurs {
                    let places = ["local", "remote"].compactMap { connected[$0]?.string?.split(separator: ":").last }
                    #expect(places.contains { Int($0).map(Self.ports.contains) == true }, "\(connected)")
                }
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(coturn.isRunning)
            }
        }

        @Test(
            "what is no relay's URL is refused with words",
            arguments: ["relay.example.org", "turn:", "turns:a:5349?transport=udp", "turn:a:0"])
        func badURL(_ url: String) throws {
            try World.run { world in
                try world.write(Self.secret, to: "secret")
                let server = try world.start(
                    "rdserver", try Tools.own("rdserver"),
                    ["--secret-file", world.file("secret"), "--relay-server", url])
                #expect(try server.waitForEnd() != .exited(0))
                #expect(server.errors.contains("relay-server"), "\(server.errors)")
            }
        }

        private func startCoturn(_ world: World) throws -> (ChildProcess, UInt16) {
            // Somebody else may take the port before coturn does; then there is another.
            for _ in 0..<Self.attempts {
                let port = try LoadBalancer.freePort()
                let process = try world.start(
                    "turnserver", try Tools.other("turnserver"),
                    [
                        "-n", "--no-cli", "--no-tls", "--no-dtls", "--listening-ip", "127.0.0.1", "--relay-ip",
                        "127.0.0.1",
                        "--listening-port", "\(port)", "--use-auth-secret", "--static-auth-secret", Self.secret,
                        "--realm",
                        "relay.example", "--allow-loopback-peers", "--log-file", "/dev/null", "--no-stdout-log",
                        "--simple-log", "--pidfile", world.file("turnserver.pid"), "--userdb",
                        world.file("turnserver.db"),
                        "--min-port", "\(Self.ports.lowerBound)", "--max-port", "\(Self.ports.upperBound)",
                    ])
                let isListening = try TimeLimit.poll("coturn listens") { () -> Bool? in
                    if OpenPort.all(of: [process]).contains(where: { $0.kind == .datagrams && $0.port == port }) {
                        return true
                    }
                    return process.isRunning ? nil : false
                }
                if isListening { return (process, port) }
            }
            throw Failure("coturn found no free port")
        }
    }
}

import Glibc
import Testing

extension EndToEnd {
    @Suite("SIGTERM", .serialized)
    struct DrainTests {
        private func startServer(_ seconds: Int, _ world: World, _ rest: [String] = []) throws -> Server {
            try world.startServer(
                [
                    "--port", "0", "--turn-port", "0", "--admin", "127.0.0.1:0", "--drain-seconds", "\(seconds)",
                    "--relay-threads", "2",
                ] + rest)
        }

        private func relayedSession(_ server: Server, _ world: World) throws -> (host: ChildProcess, view: LiveView) {
            let host = try world.startHost(server, ["--screen", "test:320x240", "--relay", "only", "--once"])
            let view = try LiveView(try host.code(number: 0), server, ["--relay", "only"], world: world)
            try view.process.event("first_frame")
            for process in [host, view.process] { try process.waitForPath("relayed") }
            return (host, view)
        }

        private func waitUntilDraining(_ server: Server) throws {
            try TimeLimit.poll("a server that is not ready") {
                try server.admin?.get("/readyz").status == 503 ? true : nil
            }
        }

        @Test("lets relayed sessions go on, nobody new in, and sends waiting hosts away")
        func drains() throws {
            try World.run { world in
                let server = try startServer(600, world, ["--audit", world.file("audit.jsonl")])
                let admin = try #require(server.admin)
                #expect(try admin.get("/readyz").status == 200)
                let (host, view) = try relayedSession(server, world)
                let waiting = try world.startHost(server, ["--screen", "test:160x120"], home: "waiting")
                _ = try waiting.code(number: 0)

                let mark = waiting.mark
                server.process.send(SIGTERM)
                try waitUntilDraining(server)
                #expect(try admin.get("/healthz").status == 200)
                try waiting.event("server_unreachable", from: mark)
                try TimeLimit.poll("a port that is closed") {
                    (try? Web(port: server.signalingPort).get("/")) == nil ? true : nil
                }
                let relayed = "beeline_relay_bytes_total{direction=\"to_clients\"}"
                let before = try #require(try server.metrics()[relayed])
                try TimeLimit.poll("pictures through the relay") {
                    try server.metrics()[relayed] ?? 0 > before + 20_000 ? true : nil
                }
                #expect(try server.metrics()["beeline_draining"] == 1)
                #expect(server.process.isRunning)
                #expect(host.events("path_lost").isEmpty)

                #expect(try view.close() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(try server.process.waitForEnd(seconds: 60) == .exited(0))
                // Both could say their last words.
                let records = (world.contents(of: "audit.jsonl") ?? "").split(separator: "\n").compactMap {
                    JSON(String($0))
                }
                let final = records.filter { $0["event"]?.string == "reported" && $0["reason"]?.string == "final" }
                #expect(final.count == 2, "\(records)")
            }
        }

        @Test("lets a relayed session go on that another server introduced")
        func foreign() throws {
            try World.run { world in
                try world.write("a-secret-of-many-characters", to: "secret")
                let secret = ["--secret-file", world.file("secret")]
                let relay = try startServer(600, world, secret)
                let server = try world.startServer(
                    [
                        "--port", "0", "--turn-port", "0", "--no-relay", "--relay-server",
                        "turn:127.0.0.1:\(relay.relayPort)?transport=udp",
                    ] + secret)
                let (host, view) = try relayedSession(server, world)
                relay.process.send(SIGTERM)
                try waitUntilDraining(relay)
                let relayed = "beeline_relay_bytes_total{direction=\"to_clients\"}"
                let before = try #require(try relay.metrics()[relayed])
                try TimeLimit.poll("pictures through the relay") {
                    try relay.metrics()[relayed] ?? 0 > before + 20_000 ? true : nil
                }
                #expect(host.events("path_lost").isEmpty)
                #expect(try view.close() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(try relay.process.waitForEnd(seconds: 60) == .exited(0))
                #expect(!relay.process.errors.contains("drained for as long as it may"), "\(relay.process.errors)")
            }
        }

        @Test("a second one ends at once")
        func second() throws {
            try World.run { world in
                let server = try startServer(600, world)
                _ = try relayedSession(server, world)
                server.process.send(SIGTERM)
                try waitUntilDraining(server)
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
            }
        }

        @Test("ends what goes on when its time is over")
        func limit() throws {
            try World.run { world in
                let server = try startServer(1, world)
                _ = try relayedSession(server, world)
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
                #expect(server.process.errors.contains("drained for as long as it may"), "\(server.process.errors)")
            }
        }

        @Test("waits for no session that goes direct, and such a one goes on")
        func direct() throws {
            try World.run { world in
                let server = try startServer(600, world)
                let host = try world.startHost(server, ["--screen", "test:320x240", "--relay", "never", "--once"])
                let view = try LiveView(try host.code(number: 0), server, ["--relay", "never"], world: world)
                try view.process.event("first_frame")
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd(seconds: 60) == .exited(0))
                #expect(try view.close() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                for process in [host, view.process] {
                    #expect(process.events("path_lost").isEmpty, "\(process.lines)")
                    #expect(try process.event("ended")["path"]?.string == "direct")
                }
            }
        }

        @Test("a waiting host has its code back at the next server")
        func comesBack() throws {
            try World.run { world in
                let server = try startServer(600, world)
                let host = try world.startHost(server, ["--screen", "test:160x120", "--once"])
                let code = try host.code(number: 0)
                server.process.send(SIGTERM)
                #expect(try server.process.waitForEnd() == .exited(0))
                let next = try world.startServer(
                    [
                        "--port", "\(server.signalingPort)", "--turn-port", "\(server.relayPort)", "--admin",
                        "127.0.0.1:0",
                    ])
                try TimeLimit.poll("a host that waits", seconds: 60) {
                    try next.metrics()["beeline_hosts_waiting"] == 1 ? true : nil
                }
                let viewer = try world.startViewer(code, next, ["--snapshot", world.file("seen.png")])
                #expect(try viewer.waitForEnd(seconds: 60) == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(host.events("signaling_delayed").first?["reason"]?.string == "shutting-down")
            }
        }
    }
}

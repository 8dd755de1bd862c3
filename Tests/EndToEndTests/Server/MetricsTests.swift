import Foundation
import Testing

extension EndToEnd {
    @Suite("What the operator sees", .serialized)
    struct MetricsTests {
        static let admin = ["--port", "0", "--turn-port", "0", "--admin", "127.0.0.1:0", "--relay-threads", "2"]
        private static let relayedBytes = "beeline_relay_bytes_total{direction=\"to_peers\"}"

        /// - Parameter isDone: waits for what the session is to show before it ends.
        private func session(
            _ server: Server, _ world: World, host: [String] = [], viewer: [String] = [],
            until isDone: () throws -> Void = {}
        ) throws {
            let process = try world.startHost(server, ["--screen", "test:320x240", "--once"] + host)
            let view = try world.startViewer(try process.code(number: 0), server, viewer + ["--duration", "600"])
            try view.event("first_frame")
            try isDone()
            view.send(SIGTERM)
            #expect(try view.waitForEnd() == .exited(0))
            #expect(try process.waitForEnd() == .exited(0))
        }

        private func wait(_ server: Server, for series: String, _ value: Double) throws -> Metrics {
            try TimeLimit.poll("\(series) \(value)") {
                let metrics = try server.metrics()
                return metrics[series] == value ? metrics : nil
            }
        }

        @Test("the four figures are of sessions whose two sides both tell them")
        func figures() throws {
            try World.run { world in
                let server = try world.startServer(Self.admin)
                let before = try server.metrics()
                #expect(before["beeline_sessions_direct_ratio"] == nil)
                func reported(_ path: String) -> String { "beeline_sessions_reported_total{path=\"\(path)\"}" }

                try session(server, world, host: ["--relay", "never"]) { try server.waitForLiveRoundTrip("direct") }
                let first = try wait(server, for: reported("direct"), 1)
                #expect(first["beeline_sessions_direct_ratio"] == 1)
                #expect(first["beeline_sessions_turn_fallback_ratio"] == 0)

                try session(server, world, host: ["--relay", "only"], viewer: ["--relay", "only"]) {
                    try server.waitForLiveRoundTrip("relayed")
                    try TimeLimit.poll("relayed bytes") {
                        try server.metrics()[Self.relayedBytes] ?? 0 > 10_000 ? true : nil
                    }
                }
                let second = try wait(server, for: reported("relayed"), 1)
                #expect(second["beeline_sessions_direct_ratio"] == 0.5)
                for name in ["rtt_p50", "rtt_p95", "ttff"] {
                    #expect(second["beeline_session_\(name)_seconds_count"] == 2, "\(name)")
                    #expect(second["beeline_session_\(name)_seconds_bucket{le=\"+Inf\"}"] == 2, "\(name)")
                    #expect(second["beeline_session_\(name)_seconds_sum"] ?? 0 > 0, "\(name)")
                }
                #expect(second[Self.relayedBytes] ?? 0 > 10_000)
                #expect(second["beeline_relay_allocations_total"] ?? 0 >= 2)
                // Both peers ask over UDP where they are.
                #expect(second["beeline_stun_bindings_total"] ?? 0 >= 2)

                try session(server, world, host: ["--relay", "never"], viewer: ["--no-report"])
                try session(server, world, host: ["--relay", "never", "--no-report"])
                let last = try wait(server, for: "beeline_introductions_total", 4)
                #expect(last[reported("direct")] == 1)
                #expect(last[reported("relayed")] == 1)
                checkBounds(before, last)
            }
        }

        /// No session, room or address has a series of its own.
        private func checkBounds(_ before: Metrics, _ after: Metrics) {
            let ratios: Set = ["beeline_sessions_direct_ratio", "beeline_sessions_turn_fallback_ratio"]
            #expect(after.names == before.names.union(ratios))
            #expect(after.values.count == before.values.count + ratios.count)
            #expect(after.names.isSubset(of: after.types.keys))
        }

        @Test("hosts that wait and refusals are counted, by reason")
        func counters() throws {
            try World.run { world in
                let server = try world.startServer(Self.admin)
                let host = try world.startHost(server, ["--screen", "test:160x120"])
                _ = try host.code(number: 0)
                let waiting = try wait(server, for: "beeline_hosts_waiting", 1)
                #expect(waiting["beeline_connections"] == 1)
                let viewer = try world.startViewer("999999-crossover-clockwork", server, ["--duration", "20"])
                #expect(try viewer.waitForEnd() == .exited(1))
                _ = try wait(server, for: "beeline_refusals_total{reason=\"noSuchRoom\"}", 1)
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
                _ = try wait(server, for: "beeline_hosts_waiting", 0)
            }
        }

        @Test("nothing but GET of what there is, asked for by address, is answered")
        func requests() throws {
            try World.run { world in
                let server = try world.startServer(Self.admin)
                let web = try #require(server.admin)
                for (path, status) in [("/", 200), ("/healthz", 200), ("/metrics?x=1", 200), ("/../etc/passwd", 404)] {
                    #expect(try web.get(path).status == status, "\(path)")
                }
                #expect(try web.get("/", method: "POST").status == 405)
                #expect(try web.get("/", method: "HEAD").body.isEmpty)
                #expect(try web.get("/metrics", host: "localhost:\(web.port)").status == 200)
                // A name that somebody has resolved to this address.
                #expect(try web.get("/metrics", host: "evil.example").status == 421)
                let page = try web.get("/")
                #expect(page.head.contains("default-src 'none'") && page.head.contains("no-store"))
                #expect(try web.get("/metrics").head.contains("text/plain; version=0.0.4"))
                // Nothing of it is at the port that peers use, and without --admin it is nowhere.
                #expect(try Web(port: server.signalingPort).get("/metrics").status == 404)
                let other = try world.startServer()
                #expect(other.admin == nil)
            }
        }
    }
}

import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("A server's policy", .serialized)
    struct PolicyTests {
        /// A server with a policy, and a host that the policy names.
        private struct Stage {
            let world: World
            let host: String
            let known: String
            let stranger: String

            init(_ world: World) throws {
                self.world = world
                host = try world.identity(home: "host")
                known = try world.identity(home: "known")
                stranger = try world.identity(home: "stranger")
                try world.write("\(known) known\n\(stranger) stranger\n", to: "authorized_keys")
            }

            /// - Parameter rules: groups `staff` and `own` are there.
            func write(_ rules: String) throws {
                try world.write("group staff\n  \(known) laptop\ngroup own\n  \(host)\n\(rules)\n", to: "policy")
            }

            func startServer() throws -> Server {
                try world.startServer([
                    "--port", "0", "--turn-port", "0", "--policy", world.file("policy"), "--admin", "127.0.0.1:0",
                    "--audit", world.file("audit.jsonl"),
                ])
            }

            func startHost(_ server: Server, _ arguments: [String] = []) throws -> ChildProcess {
                let process = try world.startHost(
                    server,
                    ["--screen", "test:160x120", "--unattended", "--authorized-keys", world.file("authorized_keys")]
                        + arguments, home: "host")
                try process.event("waiting")
                return process
            }

            func startViewer(_ server: Server, home: String, _ arguments: [String] = []) throws -> ChildProcess {
                try world.startViewer(host, server, ["--duration", "600"] + arguments, home: home)
            }

            /// Waits for a viewer that is not let in.
            func refused(_ viewer: ChildProcess) throws -> (detail: String, text: String) {
                #expect(try viewer.waitForEnd() == .exited(1))
                #expect(viewer.events("connected").isEmpty)
                let ended = try viewer.event("ended")
                #expect(ended["reason"]?.string == "refused")
                return (ended["detail"]?.string ?? "", ended["text"]?.string ?? "")
            }

            func end(_ viewer: ChildProcess) throws {
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
            }
        }

        @Test("lets a key meet a host through the relay alone, refuses others, and is read again on SIGHUP")
        func meetings() throws {
            try World.run { world in
                let stage = try Stage(world)
                try stage.write("allow staff to own relay-only,time=2h\ndefault deny")
                let server = try stage.startServer()
                let host = try stage.startHost(server)

                let viewer = try stage.startViewer(server, home: "known")
                #expect(try viewer.text("host_id", of: "identified") == stage.known)
                let terms = try viewer.event("terms")
                #expect(terms["path"]?.string == "relayed" && terms["seconds"]?.number == 7_200)
                #expect(terms["recorded"]?.boolean == false)
                #expect(try viewer.event("time_limit")["seconds"]?.number == 7_200)
                #expect(try host.event("terms")["path"]?.string == "relayed")
                try viewer.event("first_frame")
                for process in [host, viewer] {
                    #expect(try process.event("connected")["path"]?.string == "relayed")
                    #expect(process.events("path").allSatisfy { $0["path"]?.string == "relayed" })
                }

                // Nobody else is told more than that he may not.
                for arguments in [[], ["--no-identify"]] {
                    let other = try stage.startViewer(server, home: "stranger", arguments)
                    let (detail, text) = try stage.refused(other)
                    #expect(detail == "forbidden-by-policy")
                    #expect(text.contains("policy") && text.contains("rdpeer identity"), "\(text)")
                    #expect(other.errors.contains("policy"))
                    let told = try other.event("identified")["host_id"]?.string
                    #expect(told == (arguments.isEmpty ? stage.stranger : nil))
                }
                #expect(host.events("refused").isEmpty, "the host hears nothing of them")
                let metrics = try server.metrics()
                #expect(metrics["beeline_refusals_total{reason=\"forbidden\"}"] == 2)
                #expect(metrics["beeline_policy_decisions_total{decision=\"allowed\"}"] == 1)
                let page = try #require(server.admin).get("/").body
                #expect(page.contains("Policy: 1 rule, 1 introductions allowed, 2 forbidden."), "\(page)")
                try checkReload(stage, server, viewer)
                try stage.end(viewer)
                try checkTrail(stage, server)
            }
        }

        /// A broken file changes nothing and is told of; a good one holds for whoever comes then.
        private func checkReload(_ stage: Stage, _ server: Server, _ viewer: ChildProcess) throws {
            let before = server.process.errors.count
            try stage.write("allow staff to own relay-only,time=2h\nallow stuff to own")
            server.process.send(SIGHUP)
            try TimeLimit.poll("a complaint", seconds: 60) {
                server.process.errors.dropFirst(before).contains("there is no group named") ? true : nil
            }
            #expect(server.process.errors.contains("line 6"))
            let still = try stage.startViewer(server, home: "stranger")
            #expect(try stage.refused(still).detail == "forbidden-by-policy")

            try stage.write("deny staff to own\ndefault allow direct-only")
            server.process.send(SIGHUP)
            try TimeLimit.poll("the new policy", seconds: 60) {
                try server.metrics()["beeline_policy_reloads_total{result=\"ok\"}"] ?? 0 >= 1 ? true : nil
            }
            let denied = try stage.startViewer(server, home: "known")
            #expect(try stage.refused(denied).detail == "forbidden-by-policy")
            // Who was let in before stays, and holds the one place that the host has.
            #expect(viewer.events("ended").isEmpty && viewer.events("path_lost").isEmpty)
            let next = try stage.startViewer(server, home: "stranger")
            #expect(try stage.refused(next).detail == "room-busy")
        }

        private func checkTrail(_ stage: Stage, _ server: Server) throws {
            server.process.send(SIGTERM)
            #expect(try server.process.waitForEnd() == .exited(0))
            let records = (stage.world.contents(of: "audit.jsonl") ?? "").split(separator: "\n").compactMap {
                JSON(String($0))
            }
            let met = try #require(records.first { $0["event"]?.string == "met" })
            #expect(met["viewer_key"]?.string == stage.known && met["terms"]?.string == "relay-only,time=7200s")
            let refused = records.filter { $0["event"]?.string == "refused" && $0["reason"]?.string == "forbidden" }
            #expect(refused.count == 4)
            #expect(refused.allSatisfy { $0["venue"]?.string == "host \(stage.host)" })
            #expect(
                refused.map { $0["viewer_key"]?.string } == [stage.stranger, nil, stage.stranger, stage.known])
        }

        @Test("direct-only uses no relay, not even while the host waits, and says so to who wants one")
        func directOnly() throws {
            try World.run { world in
                let stage = try Stage(world)
                try stage.write("allow anyone to own direct-only")
                let server = try stage.startServer()
                let host = try stage.startHost(server)
                let viewer = try stage.startViewer(server, home: "stranger")
                #expect(try viewer.event("terms")["path"]?.string == "direct")
                try viewer.event("first_frame")
                #expect(try viewer.event("connected")["path"]?.string == "direct")
                #expect(viewer.events("identified").isEmpty, "nobody is asked where it decides nothing")
                try stage.end(viewer)
                try host.event("ended")

                let (detail, text) = try stage.refused(
                    try stage.startViewer(server, home: "known", ["--relay", "only"]))
                #expect(detail == "path-forbidden")
                #expect(text.contains("policy") && text.contains("--relay"), "\(text)")
                #expect(try server.metrics()["beeline_relay_allocations_total"] == 0)
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))

                // The host's own wish counts as much.
                let relayed = try stage.startHost(server, ["--relay", "only"])
                #expect(try stage.refused(try stage.startViewer(server, home: "known")).detail == "path-forbidden")
                #expect(try relayed.text("reason", of: "refused") == "path-forbidden")
            }
        }

        @Test("what is to be recorded is refused by a host that does not record; one that does tells the viewer")
        func recorded() throws {
            try World.run { world in
                let stage = try Stage(world)
                try stage.write("allow anyone to anyone recorded")
                let server = try stage.startServer()
                let host = try stage.startHost(server)
                let (detail, text) = try stage.refused(try stage.startViewer(server, home: "known"))
                #expect(detail == "recording-required" && text.contains("--record"), "\(detail): \(text)")
                #expect(try host.text("reason", of: "refused") == "recording-required")
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))

                let recording = try world.startHost(
                    server, ["--screen", "test:160x120", "--record", world.file("session.rec"), "--once"])
                let viewer = try world.startViewer(try recording.code(number: 0), server, ["--duration", "600"])
                #expect(try viewer.event("terms")["recorded"]?.boolean == true)
                try viewer.event("recorded")
                try viewer.event("first_frame")
                try stage.end(viewer)
                #expect(try recording.waitForEnd() == .exited(0))
            }
        }

        @Test("a relayed session comes back under its ticket when the server was killed")
        func ticket() throws {
            try World.run { world in
                let stage = try Stage(world)
                try world.write("a-secret-of-many-characters\n", to: "secret")
                try stage.write("allow staff to own relay-only")
                func start(_ ports: [String]) throws -> Server {
                    try world.startServer(
                        ports + ["--policy", world.file("policy"), "--secret-file", world.file("secret")])
                }
                let first = try start(["--port", "0", "--turn-port", "0"])
                let host = try stage.startHost(first)
                let viewer = try stage.startViewer(first, home: "known")
                try viewer.event("first_frame")
                let mark = viewer.mark
                first.process.send(SIGKILL)
                try viewer.event("path_lost", from: mark, seconds: 60)
                let second = try start(["--port", "\(first.signalingPort)", "--turn-port", "\(first.relayPort)"])
                try viewer.event("path", from: mark, seconds: 60) { $0["path"]?.string == "relayed" }
                try stage.end(viewer)
                #expect(try host.event("ended")["reason"]?.string == "closed-by-peer")
                _ = second
            }
        }

        @Test("rdserver check names the line that is wrong")
        func check() throws {
            try World.run { world in
                func check() throws -> (ExitStatus, String) {
                    let process = try world.start(
                        "rdserver check", try Tools.own("rdserver"),
                        ["check", "--port", "0", "--turn-port", "0", "--policy", world.file("policy")])
                    return (try process.waitForEnd(), process.lines.joined(separator: "\n"))
                }
                let missing = try check()
                #expect(missing.0 == .exited(2) && missing.1.contains("ERROR   policy: "), "\(missing.1)")
                try world.write("# rules\nallow anyone to codes time=1h\n", to: "policy")
                let good = try check()
                #expect(good.0 == .exited(0) && good.1.contains("ok      policy: The policy has 1 rule"), "\(good.1)")
                try world.write("# rules\nallow anyone to codes time=soon\n", to: "policy")
                let bad = try check()
                #expect(bad.0 == .exited(2), "\(bad.1)")
                #expect(bad.1.contains("line 2") && bad.1.contains("time=soon"), "\(bad.1)")
                let run = try world.start(
                    "rdserver", try Tools.own("rdserver"),
                    ["--port", "0", "--turn-port", "0", "--policy", world.file("policy")])
                #expect(try run.waitForEnd() == .exited(2))
                #expect(run.errors.contains("line 2"))
            }
        }
    }
}

import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite("Unattended hosts", .serialized)
    struct UnattendedTests {
        @Test("a known key is let in by HOST-ID, again and again; an unknown one is refused and told what to do")
        func keys() throws {
            try World.run { world in
                let known = try world.identity(home: "known")
                let unknown = try world.identity(home: "unknown")
                #expect(known != unknown)
                #expect(try world.identity(home: "known") == known, "the key is kept")
                try world.write("# who may view\n\(known) the laptop\n", to: "authorized_keys")

                let server = try world.startServer([
                    "--port", "0", "--turn-port", "0", "--audit", world.file("audit.jsonl"),
                ])
                let host = try world.startHost(
                    server,
                    ["--screen", "test:160x120", "--unattended", "--authorized-keys", world.file("authorized_keys")],
                    home: "host")
                let hostKey = try host.text("host_id", of: "waiting")
                #expect(hostKey == (try world.identity(home: "host")))

                try checkRefused(hostKey, world, server, host)
                for number in 1...2 {
                    let name = "seen-\(number).png"
                    let viewer = try world.startViewer(
                        hostKey, server, ["--snapshot", world.file(name)], home: "known")
                    #expect(try viewer.waitForEnd() == .exited(0))
                    #expect(try world.readPNG(name).width == 160)
                }
                try checkRefused(hostKey, world, server, host)
                #expect(host.events("connected").count == 2)
                // The trail names the machine as its users do.
                let trail = world.contents(of: "audit.jsonl") ?? ""
                #expect(trail.contains("\"host \(hostKey)\""), "\(trail)")
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
            }
        }

        private func checkRefused(_ hostKey: String, _ world: World, _ server: Server, _ host: ChildProcess) throws {
            let mark = host.mark
            let viewer = try world.startViewer(
                hostKey, server, ["--snapshot", world.file("refused.png")], home: "unknown")
            #expect(try viewer.waitForEnd() == .exited(1))
            let text = try viewer.text("text", of: "ended")
            #expect(text.contains("authorized_keys") && text.contains("rdpeer identity"), "\(text)")
            #expect(viewer.errors.contains("authorized_keys"))
            #expect(viewer.events("connected").isEmpty)
            #expect(world.contents(of: "refused.png") == nil)
            #expect(try host.text("reason", of: "refused", from: mark) == "unknown-key")
        }

        @Test("what stands before a key limits its owner's session; nonsense there is named")
        func terms() throws {
            try World.run { world in
                let key = try world.identity(home: "viewer")
                try world.write("view-only,time=2s \(key) the help desk\n", to: "keys")
                let server = try world.startServer()
                let arguments = ["--screen", "test:160x120", "--unattended", "--authorized-keys", world.file("keys")]
                let host = try world.startHost(server, arguments, home: "host")
                let viewer = try world.startViewer(
                    try host.text("host_id", of: "waiting"), server, ["--headless", "--duration", "600"], home: "viewer"
                )
                #expect(try viewer.event("input_policy")["view_only"]?.boolean == true)
                #expect(try viewer.event("time_limit")["seconds"]?.number == 2)
                #expect(try host.event("ended")["reason"]?.string == "time-is-over")
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try viewer.text("text", of: "ended").contains("its time is over"))

                try world.write("view-only,time=soon \(key)\n", to: "keys")
                let confused = try world.startHost(server, arguments, home: "host")
                #expect(try confused.waitForEnd() == .exited(2))
                #expect(confused.errors.contains("line 1") && confused.errors.contains("time=soon"))
                for line in ["\(key) view-only", "view-only \(key) no-files,time=1h"] {
                    try world.write(line + "\n", to: "keys")
                    let mistaken = try world.startHost(server, arguments, home: "host")
                    #expect(try mistaken.waitForEnd() == .exited(2))
                    #expect(mistaken.errors.contains("line 1") && mistaken.errors.contains("before the HOST-ID"))
                }
                try world.write("recorded \(key)\n", to: "keys")
                let unrecorded = try world.startHost(server, arguments, home: "host")
                #expect(try unrecorded.waitForEnd() == .exited(2))
                #expect(unrecorded.errors.contains("--record"))
            }
        }

        @Test("the file of keys is read again for whoever comes; nonsense in it changes nothing and is told")
        func changedKeys() throws {
            try World.run { world in
                let (first, second) = (try world.identity(home: "first"), try world.identity(home: "second"))
                try world.write("\(first)\n", to: "keys")
                let server = try world.startServer()
                let host = try world.startHost(
                    server, ["--screen", "test:160x120", "--unattended", "--authorized-keys", world.file("keys")],
                    home: "host")
                let hostKey = try host.text("host_id", of: "waiting")
                func status(_ home: String) throws -> ExitStatus {
                    let viewer = try world.startViewer(
                        hostKey, server, ["--snapshot", world.file("seen.png")], home: home)
                    return try viewer.waitForEnd()
                }
                #expect(try status("first") == .exited(0))
                #expect(try status("second") == .exited(1))
                try world.write("\(second)\n", to: "keys")
                #expect(try status("first") == .exited(1))
                #expect(try status("second") == .exited(0))
                try world.write("not-a-key\n", to: "keys")
                #expect(try status("second") == .exited(0))
                #expect(try host.text("detail", of: "authorized_keys_unusable").contains("line 1"))
                try FileManager.default.removeItem(atPath: world.file("keys"))
                #expect(try status("second") == .exited(1))
                #expect(host.events("authorized_keys").compactMap { $0["count"]?.number } == [1, 0])
                #expect(host.events("authorized_keys_unusable").count == 1)
            }
        }

        @Test(
            "a host that serves once ends in order when its session's time is over, a viewer that is turned away does not"
        )
        func onceAndBusy() throws {
            try World.run { world in
                let keys = try ["viewer", "other"].map { try world.identity(home: $0) }
                try world.write(keys.joined(separator: "\n") + "\n", to: "keys")
                let server = try world.startServer()
                func host(_ more: [String]) throws -> (ChildProcess, String) {
                    let host = try world.startHost(
                        server,
                        ["--screen", "test:160x120", "--unattended", "--authorized-keys", world.file("keys")] + more,
                        home: "host")
                    return (host, try host.text("host_id", of: "waiting"))
                }
                let (once, place) = try host(["--once", "--time-limit", "2s"])
                let first = try world.startViewer(place, server, ["--duration", "600"], home: "viewer")
                #expect(try first.waitForEnd() == .exited(0))
                #expect(try once.waitForEnd() == .exited(0))
                #expect(try once.event("ended")["reason"]?.string == "time-is-over")

                let (_, samePlace) = try host([])
                let second = try world.startViewer(samePlace, server, ["--duration", "600"], home: "viewer")
                try second.event("first_frame")
                // The same machine would take its own place, should the second not be heard for a moment.
                let third = try world.startViewer(samePlace, server, ["--duration", "600"], home: "other")
                #expect(try third.waitForEnd() == .exited(1))
                #expect(third.errors.contains("busy"), "\(third.errors)")
                #expect(second.isRunning)
            }
        }

        @Test("without a file of keys the host says where to put which line")
        func noKeys() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:160x120", "--unattended"])
                #expect(try host.waitForEnd() == .exited(2))
                #expect(host.errors.contains("authorized_keys") && host.errors.contains("rdpeer identity"))
                // Its HOST-ID is told, and the folder is there: the line can be added as it is shown.
                let hostKey = try host.text("host_id", of: "identity")
                #expect(host.errors.contains(hostKey))
                let file = "home/.config/beeline/authorized_keys"
                #expect(host.errors.contains(">> \(world.file(file))"))
                try world.write("\(try world.identity(home: "viewer"))\n", to: file)
                let again = try world.startHost(server, ["--screen", "test:160x120", "--unattended"])
                #expect(try again.text("host_id", of: "waiting") == hostKey)
            }
        }

        @Test("a host that is not there is not found")
        func absentHost() throws {
            try World.run { world in
                let server = try world.startServer()
                let absent = try world.identity(home: "absent")
                let viewer = try world.startViewer(absent, server, ["--duration", "10"])
                #expect(try viewer.waitForEnd() == .exited(1))
                #expect(try viewer.text("text", of: "ended").contains("not at the server"))
            }
        }
    }
}

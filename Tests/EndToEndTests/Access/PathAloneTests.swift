import Glibc
import Testing

extension EndToEnd {
    @Suite("Without a server", .serialized)
    struct PathAloneTests {
        /// A host that listens at a port of the kernel's choice, and whom it knows.
        private struct Scene {
            let world: World
            let host: ChildProcess
            let hostKey: String
            /// Where it listens over IPv4.
            let place: String

            init(_ world: World, screen: String = "test:160x120") throws {
                self.world = world
                try world.write("\(try world.identity(home: "known"))\n", to: "authorized_keys")
                host = try world.start(
                    "rdpeer host", try Tools.own("rdpeer"),
                    [
                        "host", "--unattended", "--authorized-keys", world.file("authorized_keys"), "--listen", "0",
                        "--interface-policy", "loopback", "--screen", screen, "--json",
                    ], home: "host")
                let listening = try host.event("listening")
                guard let key = listening["host_id"]?.string,
                    let place = listening["addresses"]?.elements.compactMap(\.string).first(where: {
                        $0.hasPrefix("127.")
                    })
                else { throw host.failure("does not say where it listens") }
                (hostKey, self.place) = (key, place)
            }

            func view(_ target: String, _ arguments: [String], home: String = "known") throws -> ChildProcess {
                try world.start(
                    "rdpeer view", try Tools.own("rdpeer"), ["view", target, "--headless", "--json"] + arguments,
                    home: home)
            }
        }

        @Test("a pinned key and an address are enough; the second time the address is")
        func sessions() throws {
            try World.run { world in
                let scene = try Scene(world)
                for target in ["\(scene.hostKey)@\(scene.place)", scene.place] {
                    let viewer = try scene.view(target, ["--snapshot", world.file("seen.png")])
                    let connected = try viewer.event("connected")
                    #expect(connected["path"]?.string == "direct")
                    #expect(connected["remote"]?.string == scene.place)
                    #expect(try viewer.waitForEnd() == .exited(0))
                    #expect(try world.readPNG("seen.png").width == 160)
                }
                #expect(scene.host.events("connected").count == 2)
                scene.host.send(SIGTERM)
                #expect(try scene.host.waitForEnd() == .exited(0))
            }
        }

        @Test("who is not let in, or finds somebody else, is told what to do")
        func refusals() throws {
            try World.run { world in
                let scene = try Scene(world)
                let picture = ["--snapshot", world.file("never.png")]
                let unknown = try scene.view("\(scene.hostKey)@\(scene.place)", picture, home: "unknown")
                #expect(try unknown.waitForEnd() == .exited(1))
                #expect(try unknown.text("text", of: "ended").contains("rdpeer identity"))
                #expect(try scene.host.text("reason", of: "refused") == "unknown-key")

                let unnamed = try scene.view(scene.place, picture)
                #expect(try unnamed.waitForEnd() == .exited(2))
                #expect(unnamed.errors.contains("HOST-ID@\(scene.place)"))

                // Both wait for an answer as long as a person would.
                let wrong = try scene.view("\(try world.identity(home: "other"))@\(scene.place)", picture)
                let nobody = try scene.view("\(scene.hostKey)@127.0.0.1:1", picture)
                #expect(try wrong.waitForEnd(seconds: 60) == .exited(1))
                #expect(try wrong.text("detail", of: "ended") == "other-key")
                #expect(try wrong.text("text", of: "ended").contains("HOST-ID"))
                #expect(try nobody.waitForEnd(seconds: 60) == .exited(1))
                #expect(try nobody.text("detail", of: "ended") == "no-answer")
                #expect(try nobody.text("text", of: "ended").contains("--listen"))
                #expect(world.contents(of: "never.png") == nil)
                #expect(scene.host.events("connected").isEmpty)
            }
        }

        @Test("random and mutated datagrams at the port end no session and keep no viewer out")
        func hostileTraffic() throws {
            try World.run { world in
                let scene = try Scene(world, screen: "test:160x120@20")
                var programs = [scene.host]
                let attacker = try Attacker(seed: 20_261_126) { programs }
                attacker.attack(seconds: 0.3)
                let viewer = try scene.view("\(scene.hostKey)@\(scene.place)", ["--duration", "1000"])
                programs.append(viewer)
                attacker.attack(seconds: TimeLimit.usual) { !viewer.events("first_frame").isEmpty }
                try viewer.event("first_frame", seconds: 1)
                attacker.attack(seconds: TimeLimit.usual) { attacker.datagramCount > 2_000 }
                for process in programs { #expect(process.isRunning, "\(process.failure("ended"))") }
                #expect(scene.host.events("ended").isEmpty && viewer.events("ended").isEmpty)
                #expect(attacker.datagramCount > 2_000)
                attacker.strike()
                #expect(attacker.attacked.isSuperset(of: OpenPort.all(of: [scene.host])))
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try viewer.event("ended")["path"]?.string == "direct")
                attacker.strike()
                let second = try scene.view(scene.place, ["--snapshot", world.file("second.png")])
                #expect(try second.waitForEnd() == .exited(0))
            }
        }

        @Test("codes need a server, and a relay there is none: the options say so")
        func options() throws {
            try World.run { world in
                for arguments in [
                    ["host", "--listen", "8471"], ["host", "--unattended", "--listen", "port"],
                    ["view", "nonsense@127.0.0.1", "--headless", "--duration", "1"],
                    ["view", "127.0.0.1", "--headless", "--duration", "1", "--relay", "only"],
                    ["host", "--unattended", "--listen", "8471", "--relay", "only"],
                ] {
                    let program = try world.start("rdpeer", try Tools.own("rdpeer"), arguments)
                    #expect(try program.waitForEnd() == .exited(64), "\(arguments)")
                }
            }
        }
    }
}

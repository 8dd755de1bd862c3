import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "Hostile traffic", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xterm", "xwd", "python3"]),
            "Xvfb, xterm, xwd (x11-apps) or python3 is missing"))
    struct HostileTrafficTests {
        @Test("random and mutated datagrams at every open port end no session", arguments: ["never", "only"])
        func everyPort(relay: String) throws {
            try World.run { world in
                let screen = try LiveScreen(world: world)
                let server = try world.startServer()
                let host = try world.startHost(
                    server, ["--display", screen.display.name, "--relay", relay])
                var programs = [server.process, host]
                let code = try host.code(number: 0)
                let attacker = try Attacker(seed: 20_261_122) { programs }
                attacker.attack(seconds: 0.5)

                let view = try LiveView(code, server, ["--relay", relay], world: world)
                programs.append(view.process)
                try attack(attacker, until: "first_frame", view.process)
                for _ in 0..<4 {
                    attacker.attack(seconds: 1)
                    try view.waitForNewPicture()
                }
                let still = try screen.halt()
                attacker.attack(seconds: 0.5)
                attacker.attack(seconds: TimeLimit.usual) {
                    attacker.datagramCount > 2_000 && attacker.connectionCount > 20
                }
                #expect(try view.difference(from: still) == nil)

                for process in programs { #expect(process.isRunning, "\(process.failure("ended"))") }
                #expect(host.events("ended").isEmpty && view.process.events("ended").isEmpty)
                #expect(attacker.datagramCount > 2_000 && attacker.connectionCount > 20)
                attacker.strike()
                checkCoverage(attacker, programs)
                #expect(try view.close() == .exited(0))
                #expect(try view.process.event("ended")["path"]?.string == (relay == "only" ? "relayed" : "direct"))
                try checkSecondSession(world, server, host, still)
            }
        }

        private func attack(_ attacker: Attacker, until event: String, _ process: ChildProcess) throws {
            let mark = process.mark
            attacker.attack(seconds: TimeLimit.usual) {
                !process.events(event, from: mark).isEmpty || !process.isRunning
            }
            try process.event(event, seconds: 1)
        }

        /// Both protocols of the server, and the sockets of both peers.
        private func checkCoverage(_ attacker: Attacker, _ programs: [ChildProcess]) {
            for program in programs {
                let ports = OpenPort.all(of: [program])
                #expect(ports.contains { $0.kind == .datagrams }, "\(program.name)")
                #expect(attacker.attacked.isSuperset(of: ports), "\(program.name)")
            }
            #expect(attacker.attacked.contains { $0.kind == .connections })
        }

        private func checkSecondSession(
            _ world: World, _ server: Server, _ host: ChildProcess, _ still: Picture
        ) throws {
            let viewer = try world.startViewer(
                try host.code(number: 1), server, ["--snapshot", world.file("second.png")])
            #expect(try viewer.waitForEnd() == .exited(0))
            #expect(try world.readPNG("second.png").difference(from: still) == nil)
            for process in [server.process, host] {
                process.send(SIGTERM)
                #expect(try process.waitForEnd() == .exited(0))
            }
        }
    }
}

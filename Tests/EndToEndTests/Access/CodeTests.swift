import Glibc
import Testing

extension EndToEnd {
    @Suite("Codes", .serialized)
    struct CodeTests {
        @Test("a wrong code is refused in clear words, the third wrong try burns the code, and the new one serves")
        func wrongCode() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:160x120"])
                let code = try host.code(number: 0)
                for number in 1...3 {
                    let ended = try refusal(of: wrong(code), world, server)
                    #expect(ended["reason"]?.string == "wrong-code")
                    let text = ended["text"]?.string ?? ""
                    #expect(text.contains("The code is wrong") && text.contains("three"), "\(text)")
                    #expect(number < 3 || text.contains("new"), "\(text)")
                }
                #expect(try host.event("code_burned")["tries"]?.number == 3)
                let newCode = try host.code(number: 1)
                #expect(host.errors.contains("wrong codes"), "\(host.errors)")
                #expect(newCode != code)

                // The right code, after it was burned.
                let ended = try refusal(of: code, world, server)
                #expect(ended["detail"]?.string == "code-burned")
                #expect(ended["text"]?.string?.contains("Ask for the new one") == true)
                #expect(host.events("connected").isEmpty)

                let viewer = try world.startViewer(newCode, server, ["--snapshot", world.file("seen.png")])
                #expect(try viewer.waitForEnd() == .exited(0))
                host.send(SIGTERM)
                #expect(try host.waitForEnd() == .exited(0))
            }
        }

        @Test("a code serves one session; the host makes a new one for the next")
        func usedCode() throws {
            try World.run { world in
                let server = try world.startServer()
                let host = try world.startHost(server, ["--screen", "test:160x120"])
                let code = try host.code(number: 0)
                let viewer = try world.startViewer(code, server, ["--snapshot", world.file("seen.png")])
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.code(number: 1) != code)
                let ended = try refusal(of: code, world, server)
                #expect(ended["text"]?.string?.isEmpty == false)
                #expect(host.events("connected").count == 1)
            }
        }

        @Test("a code that nobody waits with, and one that cannot be any, are told apart")
        func unknownCode() throws {
            try World.run { world in
                let server = try world.startServer()
                let ended = try refusal(of: "7-crossover-clockwork", world, server)
                #expect(ended["detail"]?.string == "no-such-room")
                #expect(ended["text"]?.string?.contains("Nobody waits with this code") == true)

                let mistyped = try world.startViewer("7-crossover-clokwork", server, ["--duration", "1"])
                #expect(try mistyped.waitForEnd() == .exited(64))
                #expect(mistyped.errors.contains("mistyped"))
                let nowhere = try world.startViewer(
                    "7-crossover-clockwork", server, ["--duration", "1", "--interface-policy", "none9"])
                #expect(try nowhere.waitForEnd() == .exited(2))
                #expect(nowhere.errors.contains("\"none9\"") && nowhere.errors.contains("lo"), "\(nowhere.errors)")
                let short = try world.startViewer("7-crossover", server, ["--duration", "1"])
                #expect(try short.waitForEnd() == .exited(64))
                #expect(short.errors.contains("a word is missing"))
            }
        }

        @Test("a host whose server is not there says how to name one")
        func noServer() throws {
            try World.run { world in
                let server = try world.startServer()
                server.process.send(SIGTERM)
                _ = try server.process.waitForEnd()
                let host = try world.startHost(server, ["--screen", "test:160x120"])
                try host.event("server_unreachable")
                for word in ["--server", "BEELINE_SERVER", "rdserver"] {
                    try TimeLimit.poll(word) { host.errors.contains(word) ? true : nil }
                }
            }
        }

        @Test("help fits a terminal, tells the exit status, and each program its version")
        func help() throws {
            try World.run { world in
                let commands = [
                    ("rdpeer", ["host", "view", "doctor", "replay", "demo", "identity"]),
                    ("rdserver", ["run", "check", "audit"]), ("rdbench", []),
                ]
                for (program, subcommands) in commands {
                    for command in subcommands.isEmpty ? [["--help"]] : subcommands.map({ ["help", $0] }) {
                        let help = try world.start(program, try Tools.own(program), command)
                        #expect(try help.waitForEnd() == .exited(0))
                        #expect(help.lines.contains { $0.contains("EXIT STATUS") }, "\(program) \(command)")
                        let long = help.lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE") }
                        #expect(long.isEmpty, "\(long)")
                        // A command that was cut by wrapping runs without its end; rdpeer's have no second line.
                        let isCut = program != "rdpeer" && help.lines.contains { $0.hasPrefix("--") }
                        #expect(!isCut, "\(program) \(command)")
                        #expect(command.last != "host" || !help.lines.contains { $0.contains("--no-identify") })
                    }
                }
                for program in ["rdpeer", "rdserver", "rdbench"] {
                    let version = try world.start(program, try Tools.own(program), ["--version"])
                    #expect(try version.waitForEnd() == .exited(0))
                    #expect(version.lines.count == 1 && version.lines[0].contains("."), "\(version.lines)")
                }
                let wrong = try world.start("rdpeer", try Tools.own("rdpeer"), ["host", "--server", "http://x"])
                #expect(try wrong.waitForEnd() == .exited(64))
                #expect(wrong.errors.contains("Usage: rdpeer host"), "\(wrong.errors)")
            }
        }

        /// Another code of the same room, which a host might as well have made.
        private func wrong(_ code: String) -> String {
            let parts = code.split(separator: "-").map(String.init)
            let words = parts[1] == parts[2] ? ["clockwork", "crossover"] : [parts[2], parts[1]]
            return ([parts[0]] + words).joined(separator: "-")
        }

        /// How a viewer with a code is refused.
        private func refusal(of code: String, _ world: World, _ server: Server) throws -> JSON {
            let viewer = try world.startViewer(code, server, ["--snapshot", world.file("refused.png")])
            #expect(try viewer.waitForEnd() == .exited(1))
            #expect(viewer.events("connected").isEmpty && viewer.events("first_frame").isEmpty)
            #expect(world.contents(of: "refused.png") == nil)
            return try viewer.event("ended")
        }
    }
}

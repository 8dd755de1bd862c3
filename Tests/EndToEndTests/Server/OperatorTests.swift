import Glibc
import Testing

extension EndToEnd {
    @Suite("Running a server", .serialized)
    struct OperatorTests {
        @Test(
            "SIGINT, and SIGTERM without time to drain, end it in order, in the middle of a session too",
            arguments: [SIGTERM, SIGINT])
        func signals(_ signal: Int32) throws {
            try World.run { world in
                let server = try world.startServer(["--port", "0", "--turn-port", "0", "--drain-seconds", "0"])
                let host = try world.startHost(server, ["--screen", "test:160x120", "--relay", "only"])
                let view = try LiveView(try host.code(number: 0), server, ["--relay", "only"], world: world)
                try view.process.event("first_frame")
                server.process.send(signal)
                #expect(try server.process.waitForEnd() == .exited(0))
                #expect(server.process.lines.count == 1)
            }
        }

        @Test("a port that is taken is named, with exit status 2", arguments: ["--port", "--turn-port"])
        func busyPort(_ option: String) throws {
            try World.run { world in
                let first = try world.startServer()
                let port = "\(option == "--port" ? first.signalingPort : first.relayPort)"
                let other = option == "--port" ? "--turn-port" : "--port"
                let second = try world.start("rdserver", try Tools.own("rdserver"), [option, port, other, "0"])
                #expect(try second.waitForEnd() == .exited(2))
                #expect(second.errors.contains(port), "\(second.errors)")
                #expect(second.errors.contains("in use"), "\(second.errors)")
                #expect(second.lines.isEmpty)
            }
        }

        @Test("a line that cannot be written, of the log or of the announcement, does not end it", arguments: [1, 2])
        func fullDisk(_ stream: Int) throws {
            try World.run { world in
                let process = try world.start(
                    "rdserver", try Tools.other("sh"),
                    [
                        "-c", "exec \"$0\" \"$@\" \(stream)>/dev/full", try Tools.own("rdserver"), "--json", "--port",
                        "0",
                        "--turn-port", "0", "--log-level", "debug",
                    ])
                if stream == 1 {
                    try TimeLimit.poll("the log says that it listens") {
                        process.isRunning ? process.errors.contains("listening") ? true : nil : true
                    }
                } else {
                    let server = try Server(process)
                    let viewer = try world.startViewer("999999-crossover-clockwork", server, ["--duration", "20"])
                    #expect(try viewer.waitForEnd() == .exited(1))
                    #expect(try viewer.text("detail", of: "ended") == "no-such-room")
                }
                process.send(SIGTERM)
                #expect(try process.waitForEnd() == .exited(0), "\(process.errors)")
            }
        }

        @Test("a server that cannot be reached is named, with exit status 1")
        func noServer() throws {
            try World.run { world in
                let server = try world.startServer()
                server.process.kill()
                let viewer = try world.startViewer("7-crossover-clockwork", server, ["--duration", "20"])
                #expect(try viewer.waitForEnd() == .exited(1))
                let text = try viewer.text("text", of: "ended")
                #expect(text.contains("127.0.0.1:\(server.signalingPort)") && text.contains("--server"), "\(text)")
            }
        }

        @Test(
            "--help teaches, with an example",
            arguments: [
                ("rdserver", [], "rdserver --listen"), ("rdpeer", [], "rdpeer view CODE"),
                ("rdpeer", ["host"], "--unattended"), ("rdpeer", ["view"], "rdpeer identity"),
                ("rdpeer", ["demo"], "pixel for pixel"),
                ("rdpeer", ["doctor"], "EXIT STATUS"), ("rdpeer", ["identity"], "rdpeer host --unattended"),
                ("rdbench", [], "rdbench --"),
            ])
        func help(program: String, arguments: [String], example: String) throws {
            try World.run { world in
                let process = try world.start(program, try Tools.own(program), arguments + ["--help"])
                #expect(try process.waitForEnd() == .exited(0))
                // The usage line, which argument parsers write by themselves, is no example.
                let own = process.lines.filter { !$0.hasPrefix("USAGE:") }.joined(separator: " ")
                let teaches = own.contains(example)
                #expect(teaches, "\(program) \(arguments): \(process.lines.prefix(12))")
            }
        }
    }
}

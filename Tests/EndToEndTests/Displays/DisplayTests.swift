import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "An X display", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xterm", "xwd", "xlogo", "xeyes", "xdotool", "python3"]),
            "Xvfb, xterm, xdotool, python3 or a program of x11-apps (xwd, xlogo, xeyes) is missing"))
    struct DisplayTests {
        @Test("the viewer's picture is the screen, pixel for pixel")
        func exactPicture() throws {
            try World.run { world in
                let display = try world.startDisplay()
                try display.start("xlogo", ["-geometry", "200x200+580+10", "-bg", "navy", "-fg", "orange"])
                try display.start("xeyes", ["-geometry", "203x117+570+400"])
                try display.start(
                    "xterm",
                    [
                        "-geometry", "80x24+10+20", "-e", "sh", "-c",
                        TerminalMark.prepare + Self.colours + TerminalMark.draw + "sleep 999",
                    ])
                #expect(try display.captureMarked().colourCount > 16)

                let server = try world.startServer()
                // The other programs may draw later than the terminal: such a session is no test.
                try TimeLimit.poll("a session under which the screen stands still") { () -> Bool? in
                    let screen = try display.capture()
                    let host = try world.startHost(server, ["--display", display.name, "--once"])
                    let viewer = try world.startViewer(
                        try host.code(number: 0), server, ["--snapshot", world.file("seen.png")])
                    #expect(try viewer.waitForEnd() == .exited(0))
                    #expect(try viewer.event("snapshot")["exact"]?.boolean == true)
                    #expect(try host.waitForEnd() == .exited(0))
                    guard try display.capture().difference(from: screen) == nil else { return nil }
                    #expect(try world.readPNG("seen.png").difference(from: screen) == nil)
                    return true
                }
            }
        }

        /// Fills a terminal with all of its colours but the mark's.
        private static let colours = """
            i=0; while [ $i -lt 255 ]; do printf '\\033[48;5;%dm\\033[38;5;%dm%4d' $i $((254 - i)) $i; i=$((i + 1)); done;
            """

        @Test("rdpeer demo leaves two pictures that are equal, and no process")
        func demonstration() throws {
            try World.run { world in
                let demo = try world.start(
                    "rdpeer demo", try Tools.own("rdpeer"),
                    ["demo", "--json", "--seconds", "2", "--output", world.file("demo")])
                #expect(try demo.waitForEnd(seconds: 60) == .exited(0))
                let figures = try demo.event("demo")
                #expect(figures["equal"]?.boolean == true)
                #expect(figures["ttff_ms"]?.number ?? -1 > 0)
                let seen = try world.readPNG("demo/demo.png")
                #expect(try world.readPNG("demo/host.png").difference(from: seen) == nil)
                #expect(seen.colourCount > 16)
                try TimeLimit.poll("the end of all processes that name \(world.file("demo"))") {
                    Processes.naming(world.file("demo")).isEmpty ? true : nil
                }
            }
        }

        @Test("what the viewer types appears in a real terminal, and no key stays down")
        func typing() throws {
            try World.run { world in
                let text = "Hello, Xterm! ~#{[|]}@ 0123 \\ 'x' \"y\" Grüße 5 €"
                let (display, server) = try startTerminal(world)
                let host = try world.startHost(server, ["--display", display.name, "--once"])
                let viewer = try world.startViewer(
                    try host.code(number: 0), server, ["--type", text + "\n", "--duration", "600"])
                let typed = try TimeLimit.poll("a line typed into the terminal") { world.contents(of: "text") }
                #expect(typed == text)
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(try display.pressedKeys() == [])
            }
        }

        @Test("--view-only types nothing, whichever side asks for it", arguments: ["host", "viewer"])
        func viewOnly(side: String) throws {
            try World.run { world in
                let (display, server) = try startTerminal(world)
                let before = try display.captureMarked()
                let host = try world.startHost(
                    server, ["--display", display.name, "--once"] + (side == "host" ? ["--view-only"] : []))
                let viewer = try world.startViewer(
                    try host.code(number: 0), server,
                    ["--type", "x\n", "--duration", "600"] + (side == "viewer" ? ["--view-only"] : []))
                try viewer.event("first_frame")
                // Who asked for it is told, and fails.
                let reason = side == "host" ? "the host takes no keys" : "--view-only sends no keys"
                #expect(try viewer.text("detail", of: "not_typed") == reason)
                // Time for what must not happen.
                usleep(1_000_000)
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(1))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(world.contents(of: "text") == nil)
                #expect(try display.capture().difference(from: before) == nil)
                let ended = try host.event("ended")
                if side == "viewer" { #expect(ended["input_events"]?.number == 0) }
            }
        }

        /// A terminal that writes the first line typed into it to the file "text", with the pointer in it, and a server.
        private func startTerminal(_ world: World) throws -> (VirtualDisplay, Server) {
            let display = try world.startDisplay()
            let (part, whole) = (world.file("part"), world.file("text"))
            let script = """
                \(TerminalMark.prepare) \(TerminalMark.draw) IFS= read -r line; printf %s "$line" > \(part); mv \(part) \(whole); sleep 999
                """
            try display.start("xterm", ["-u8", "-geometry", "120x20+0+0", "-e", "sh", "-c", script])
            try display.run("xdotool", ["mousemove", "100", "100"])
            _ = try display.captureMarked()
            return (display, try world.startServer())
        }
    }
}

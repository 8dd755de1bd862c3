import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "Parts of displays, and displays that change", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xlogo", "xwd", "xdotool", "xrandr", "xsetroot", "python3"]),
            "Xvfb, xdotool, python3 or a program of x11-apps (xlogo, xwd) or x11-xserver-utils (xrandr, xsetroot) is missing"
        ))
    struct DisplayPartTests {
        @Test("a session goes on while the host's screen becomes smaller and larger")
        func resize() throws {
            try World.run { world in
                let display = try world.startDisplay()
                try start(on: display)
                try session(world, display, []) { (view: LiveView) throws in
                    for (width, height, colour) in [
                        (640, 480, "#204060"), (320, 240, "#602040"), (800, 600, "#406020"),
                    ] {
                        try display.resize(width: width, height: height)
                        try display.run("xsetroot", ["-solid", colour])
                        let screen = try display.capture()
                        #expect(screen.width == width && screen.height == height)
                        #expect(try view.difference(from: display.capture()) == nil)
                    }
                }
            }
        }

        @Test("--monitor shares that part alone, and follows it")
        func monitor() throws {
            try World.run { world in
                let display = try world.startDisplay()
                try start(on: display)
                try display.run("xrandr", ["--setmonitor", "right", "500/100x400/100+30+20", "none"])
                try session(world, display, ["--monitor", "right"]) { (view: LiveView) throws in
                    #expect(
                        try view.difference(from: display.capture().part(x: 30, y: 20, width: 500, height: 400)) == nil)
                    try display.run("xrandr", ["--delmonitor", "right"])
                    try display.run("xrandr", ["--setmonitor", "right", "300/100x200/100+10+40", "none"])
                    #expect(
                        try view.difference(from: display.capture().part(x: 10, y: 40, width: 300, height: 200)) == nil)
                }
            }
        }

        @Test("--monitor names those that exist when there is no such one")
        func unknownMonitor() throws {
            try World.run { world in
                let display = try world.startDisplay()
                let server = try world.startServer()
                let host = try world.startHost(server, ["--display", display.name, "--monitor", "HDMI-7"])
                guard case .exited(let status) = try host.waitForEnd() else { throw host.failure("was killed") }
                #expect(status != 0)
                #expect(host.errors.contains("HDMI-7") && host.errors.contains("screen (800x600)"), "\(host.errors)")
            }
        }

        @Test("a screen that is larger than viewers show is refused with words, and its monitors are not")
        func tooLarge() throws {
            try World.run { world in
                let display = try world.startDisplay(width: 16_400, height: 100)
                let server = try world.startServer()
                let host = try world.startHost(server, ["--display", display.name])
                #expect(try host.waitForEnd() == .exited(2))
                #expect(host.errors.contains("16400x100") && host.errors.contains("one monitor"), "\(host.errors)")
                try display.run("xsetroot", ["-solid", "#204060"])
                try display.run("xrandr", ["--setmonitor", "left", "320/100x100/100+0+0", "none"])
                try session(world, display, ["--monitor", "left"]) { (view: LiveView) throws in
                    let wanted = Picture(width: 320, height: 100, pixels: Array(repeating: 0x20_40_60, count: 32_000))
                    #expect(try view.difference(from: wanted) == nil)
                }
            }
        }

        @Test("--window shares that window alone, and ends with it")
        func window() throws {
            try World.run { world in
                let display = try world.startDisplay()
                let logo = try start(on: display)
                let server = try world.startServer()
                let identifier = try #require(try display.run("xdotool", ["search", "--class", "xlogo"]).first)
                let host = try world.startHost(
                    server, ["--display", display.name, "--once", "--window", identifier])
                let view = try LiveView(try host.code(number: 0), server, world: world)
                try view.process.event("first_frame")
                #expect(try view.difference(from: display.capture().part(x: 50, y: 60, width: 200, height: 150)) == nil)
                logo.kill()
                #expect(try view.process.event("ended")["reason"]?.string == "closed-by-peer")
                #expect(try host.waitForEnd() == .exited(0))
                #expect(host.events("window_closed").count == 1)
                #expect(host.errors.contains("The shared window was closed"), "\(host.errors)")
            }
        }

        @Test("a display of 30-bit colour shows the same colours")
        func deepColour() throws {
            try World.run { world in
                let display = try world.startDisplay(width: 320, height: 240, depth: 30)
                try display.run("xsetroot", ["-solid", "#ff8001"])
                try session(world, display, []) { (view: LiveView) throws in
                    let wanted = Picture(
                        width: 320, height: 240, pixels: Array(repeating: 0xFF_80_01, count: 320 * 240))
                    #expect(try view.difference(from: wanted) == nil)
                }
            }
        }

        /// A logo at a known place.
        @discardableResult
        private func start(on display: VirtualDisplay) throws -> ChildProcess {
            let logo = try display.start(
                "xlogo", ["-geometry", "200x150+50+60", "-bw", "0", "-bg", "white", "-fg", "darkgreen"])
            try TimeLimit.poll("a logo on the screen") { try display.capture().colourCount > 2 ? true : nil }
            return logo
        }

        /// One session, which ends in order.
        private func session(
            _ world: World, _ display: VirtualDisplay, _ arguments: [String], _ body: (LiveView) throws -> Void
        ) throws {
            let server = try world.startServer()
            let host = try world.startHost(server, ["--display", display.name, "--once"] + arguments)
            let view = try LiveView(try host.code(number: 0), server, world: world)
            try view.process.event("first_frame")
            try body(view)
            #expect(try view.close() == .exited(0))
            #expect(try host.waitForEnd() == .exited(0))
            #expect(host.events("connected").count == 1 && host.events("ended").count == 1)
        }
    }
}

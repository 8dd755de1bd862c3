import Testing

extension EndToEnd {
    @Suite(
        "The viewer's own keys", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xlogo", "xwd", "xdotool", "setxkbmap", "xrandr"]),
            "Xvfb, xdotool, setxkbmap, xrandr or a program of x11-apps (xlogo, xwd) is missing"))
    struct ViewerKeyTests {
        private enum Letter { static let (s, f, q) = (39, 41, 24) }

        @Test("a status line comes and goes at the window's lower edge")
        func statusLine() throws {
            try World.run { world in
                let place = try Workplace(world) { try Self.showLogo($0) }
                let screen = try Self.waitForSameScreen(place)
                try place.command(Letter.s)
                try place.viewer.event("status_line") { $0["shown"]?.boolean == true }
                // White letters on black, in the lowest rows and nowhere else.
                try TimeLimit.poll("a status line") {
                    let shown = try place.near.capture()
                    let places = screen.pixels.indices.filter { shown.pixels[$0] != screen.pixels[$0] }
                    return places.contains { shown.pixels[$0] == 0xFF_FFFF } && places.allSatisfy { $0 / 800 > 560 }
                        ? true : nil
                }
                try place.command(Letter.s)
                try place.viewer.event("status_line") { $0["shown"]?.boolean == false }
                _ = try Self.waitForSameScreen(place)
                try place.end()
            }
        }

        @Test("full screen fills the monitor that was chosen, is left and ends by keys")
        func fullScreen() throws {
            try World.run { world in
                let place = try Workplace(
                    world, nearSize: (1_200, 600),
                    viewerArguments: ["--full-screen", "--monitor", "second"],
                    prepareNear: { near in
                        try near.run("xrandr", ["--setmonitor", "first", "400/100x600/150+0+0", "screen"])
                        try near.run("xrandr", ["--setmonitor", "second", "800/200x600/150+400+0", "none"])
                    }, prepare: { try Self.showLogo($0) })
                let far = try place.far.capture()
                try TimeLimit.poll("the host's screen on the second monitor") {
                    let near = try place.near.capture()
                    let right = (0..<600).flatMap { near.pixels[$0 * 1_200 + 400..<($0 + 1) * 1_200] }
                    return right == far.pixels ? true : nil
                }
                try place.act(["mousemove", "600", "300"])
                try place.command(Letter.f)
                try place.viewer.event("full_screen") { $0["full"]?.boolean == false }
                try place.viewer.event("keyboard_grab") { $0["grabbed"]?.boolean == false }
                try place.act(["mousemove", "100", "100"])
                try place.command(Letter.q)
                #expect(try place.viewer.waitForEnd() == .exited(0))
                #expect(try place.host.waitForEnd() == .exited(0))
                #expect(try place.far.pressedKeys() == [])
            }
        }

        @Test("a monitor that is not there is named together with those that are")
        func unknownMonitor() throws {
            try World.run { world in
                let display = try world.startDisplay()
                let viewer = try world.start(
                    "rdpeer view", try Tools.own("rdpeer"),
                    ["view", "7-crossover-clockwork", "--display", display.name, "--json", "--monitor", "HDMI-9"])
                #expect(try viewer.waitForEnd() == .exited(2))
                let text = try viewer.text("detail", of: "fault")
                #expect(text.contains("HDMI-9") && text.contains("800x600"))
            }
        }

        private static func showLogo(_ display: VirtualDisplay) throws {
            try display.start("xlogo", ["-geometry", "300x200+20+30", "-bg", "tan", "-fg", "darkgreen"])
            try TimeLimit.poll("a logo on the screen") { try display.capture().colourCount > 2 ? true : nil }
        }

        private static func waitForSameScreen(_ place: Workplace) throws -> Picture {
            try TimeLimit.poll("the host's screen in the viewer's window") {
                let far = try place.far.capture()
                return try place.near.capture().difference(from: far) == nil ? far : nil
            }
        }
    }
}

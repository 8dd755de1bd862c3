import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "The viewer's window", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xlogo", "xwd", "xdotool", "python3"]),
            "Xvfb, xdotool, python3 or a program of x11-apps (xlogo, xwd) is missing"))
    struct WindowTests {
        @Test("shows the host's screen, pixel for pixel, and takes its keyboard and mouse there")
        func window() throws {
            try World.run { world in
                let (host, viewer, near, far) = try start(world)
                try near.run("xdotool", ["mousemove", "123", "45"])
                try TimeLimit.poll("the pointer at the same place") { try pointer(far) == [123, 45] ? true : nil }
                try near.run("xdotool", ["keydown", "Shift_L", "keydown", "a"])
                try TimeLimit.poll("two keys that are down") { try far.pressedKeys().count == 2 ? true : nil }
                try near.run("xdotool", ["keyup", "a"])
                try TimeLimit.poll("one key that is down") { try far.pressedKeys().count == 1 ? true : nil }
                viewer.send(SIGTERM)
                #expect(try viewer.waitForEnd() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
                #expect(try far.pressedKeys() == [])
            }
        }

        @Test("what it held down is let go when it dies, or when its host does", arguments: ["viewer", "host"])
        func release(dying: String) throws {
            try World.run { world in
                let (host, viewer, near, far) = try start(world)
                try near.run("xdotool", ["mousemove", "123", "45"])
                try TimeLimit.poll("the pointer at the same place") { try pointer(far) == [123, 45] ? true : nil }
                try near.run("xdotool", ["keydown", "Control_L", "keydown", "x"])
                try TimeLimit.poll("two keys that are down") { try far.pressedKeys().count == 2 ? true : nil }
                // The host gets to do something about it, the viewer does not.
                if dying == "viewer" { viewer.kill() } else { host.send(SIGTERM) }
                try TimeLimit.poll("keys that are up") { try far.pressedKeys().isEmpty ? true : nil }
                if dying == "host" { #expect(try host.waitForEnd() == .exited(0)) }
            }
        }

        /// A session from a far display with something on it to a window on a near one of the same size.
        private func start(
            _ world: World
        ) throws -> (host: ChildProcess, viewer: ChildProcess, near: VirtualDisplay, far: VirtualDisplay) {
            let far = try world.startDisplay(width: 400, height: 300)
            let near = try world.startDisplay(width: 400, height: 300)
            try far.start("xlogo", ["-geometry", "300x200+20+30", "-bg", "white", "-fg", "darkgreen"])
            try TimeLimit.poll("a logo on the screen") { try far.capture().colourCount > 2 ? true : nil }
            let server = try world.startServer()
            let host = try world.startHost(server, ["--display", far.name, "--once"])
            let viewer = try world.startViewer(try host.code(number: 0), server, on: near)
            try viewer.event("first_frame")
            // Only then is the window there: a pointer that moved before it moved over nothing.
            try TimeLimit.poll("the host's screen in the viewer's window") {
                try near.capture().difference(from: far.capture()) == nil ? true : nil
            }
            return (host, viewer, near, far)
        }

        private func pointer(_ display: VirtualDisplay) throws -> [Int] {
            // Such as "x:123 y:45 screen:0 window:503".
            try display.run("xdotool", ["getmouselocation"]).joined().split(separator: " ").prefix(2).compactMap {
                $0.split(separator: ":").last.flatMap { Int($0) }
            }
        }
    }
}

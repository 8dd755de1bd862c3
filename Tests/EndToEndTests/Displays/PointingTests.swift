import Testing

extension EndToEnd {
    @Suite(
        "The mouse in the viewer's window", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xterm", "xwd", "xdotool", "setxkbmap", "python3"]),
            "Xvfb, xterm, xdotool, setxkbmap, python3 or xwd is missing"))
    struct PointingTests {
        /// Points of the far screen and, at four fifths, of the near one.
        private static let points: [(far: (Int, Int), near: (Int, Int))] = [
            ((100, 60), (80, 48)), ((300, 200), (240, 160)), ((450, 350), (360, 280)),
        ]

        @Test("clicks, drags and scrolls as at the host itself, though the picture is scaled")
        func mouse() throws {
            try World.run { world in
                // The terminal reports the mouse (xterm's modes 1002 and 1006), and the program in it writes that down.
                let place = try Workplace(world, nearSize: (640, 480)) { display in
                    try Workplace.startTerminal(
                        on: display, beginning: "stty raw -echo; printf '\\033[?1002h\\033[?1006h';",
                        script: "cat > \(world.file("mouse"))")
                }
                // At the host itself, until the terminal has begun to report.
                let first = Self.points[0]
                try TimeLimit.poll("a click that is reported") {
                    try Self.move(to: first.far, on: place.far, then: ["click", "1"])
                    return world.contents(of: "mouse")?.hasSuffix("m") == true ? true : nil
                }
                var cells: [String] = []
                for point in Self.points {
                    let direct = try reports(2, world) {
                        try Self.move(to: point.far, on: place.far, then: ["click", "1"])
                    }
                    let remote = try reports(2, world) {
                        try Self.move(to: point.near, on: place.near, then: ["click", "1"])
                    }
                    #expect(remote == direct)
                    cells.append(String(try #require(direct.first).dropFirst("<0;".count).dropLast()))
                }
                #expect(Set(cells).count == 3)
                try checkDrag(from: cells[0], to: cells[2], place)
                let clicks = try reports(7, world) {
                    try place.act(["click", "4", "click", "5", "click", "5", "click", "3", "click", "2"])
                }
                let cell = cells[2]
                #expect(
                    clicks == [64, 65, 65].map { "<\($0);\(cell)M" }
                        + [2, 1].flatMap { ["<\($0);\(cell)M", "<\($0);\(cell)m"] })
                try place.end()
            }
        }

        private func checkDrag(from start: String, to end: String, _ place: Workplace) throws {
            let drag = try reports(3, place.world) {
                try Self.move(to: Self.points[0].near, on: place.near, then: ["mousedown", "1"])
                try Self.move(to: Self.points[2].near, on: place.near, then: ["mouseup", "1"])
            }
            #expect(drag.first == "<0;\(start)M")
            #expect(drag.contains("<32;\(end)M"))
            #expect(drag.last == "<0;\(end)m")
        }

        private static func move(to point: (Int, Int), on display: VirtualDisplay, then acts: [String]) throws {
            try display.run("xdotool", ["mousemove", "\(point.0)", "\(point.1)"] + acts)
        }

        /// What the terminal reports while something is done: so many reports at least.
        private func reports(_ count: Int, _ world: World, of act: () throws -> Void) throws -> [String] {
            func all() -> [String] {
                (world.contents(of: "mouse") ?? "").split(separator: "\u{1B}").map { String($0.dropFirst()) }
            }
            let before = all().count
            try act()
            return try TimeLimit.poll("\(count) reports of the mouse") {
                let new = all().dropFirst(before)
                return new.count >= count ? Array(new) : nil
            }
        }

        @Test("the pointer has the shape that it has at the host")
        func cursor() throws {
            try World.run { world in
                let place = try Workplace(world) { try Workplace.startTerminal(on: $0, script: "sleep 999") }
                var shapes: [String] = []
                // Over the terminal, over the root, and back.
                for (x, y) in [(100, 100), (700, 500), (120, 90)] {
                    try place.act(["mousemove", "\(x)", "\(y)"])
                    let wanted = try TimeLimit.poll("the pointer at the host") {
                        let far = try pointer(of: place.far)
                        return far.position == "\(x) \(y)" ? far.shape : nil
                    }
                    try TimeLimit.poll("the host's cursor in the window") {
                        try pointer(of: place.near).shape == wanted ? true : nil
                    }
                    shapes.append(wanted)
                }
                #expect(shapes[0] != shapes[1] && shapes[0] == shapes[2])
                try place.end()
            }
        }

        /// Where a display's cursor is; its size, hot spot and pixels.
        private func pointer(of display: VirtualDisplay) throws -> (position: String, shape: String) {
            let script = """
                import ctypes
                class Image(ctypes.Structure):
                    _fields_ = [("x", ctypes.c_short), ("y", ctypes.c_short)] + [
                        (name, ctypes.c_ushort) for name in ("width", "height", "hot_x", "hot_y")] + [
                        ("serial", ctypes.c_ulong), ("pixels", ctypes.POINTER(ctypes.c_ulong))]
                x, fixes = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXfixes.so.3")
                x.XOpenDisplay.restype = ctypes.c_void_p
                fixes.XFixesGetCursorImage.restype = ctypes.POINTER(Image)
                display = ctypes.c_void_p(x.XOpenDisplay(b"\(display.name)"))
                event, error = ctypes.c_int(), ctypes.c_int()
                fixes.XFixesQueryExtension(display, ctypes.byref(event), ctypes.byref(error))
                image = fixes.XFixesGetCursorImage(display).contents
                print(image.x, image.y)
                print(image.width, image.height, image.hot_x, image.hot_y,
                    *["%08x" % (image.pixels[i] & 0xFFFFFFFF) for i in range(image.width * image.height)])
                """
            let lines = try display.run("python3", ["-c", script])
            guard lines.count == 2 else { throw Failure("no cursor: \(lines)") }
            return (lines[0], lines[1])
        }
    }
}

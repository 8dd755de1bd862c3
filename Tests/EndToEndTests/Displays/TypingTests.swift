import Testing

extension EndToEnd {
    @Suite(
        "Typing in the viewer's window", .serialized,
        .enabled(
            if: Tools.areUsable(["Xvfb", "xterm", "xwd", "xdotool", "setxkbmap", "python3"]),
            "Xvfb, xterm, xdotool, setxkbmap, python3 or xwd is missing"))
    struct TypingTests {
        static let layouts = ["us", "de"].flatMap { near in
            ["us", "de"].map { Workplace.Layouts(near: near, far: $0) }
        }

        /// Keys by their numbers, as the hand finds them, and what is printed on them in a layout.
        private static func text(_ layout: String) -> (strokes: [String], text: String) {
            let (shift, altGr) = (50, 108)
            var strokes: [(key: Int, modifiers: [Int])] = [29, 52, 20, 34, 47, 48, 61, 51].map { ($0, []) }
            strokes += [29, 11, 12, 16, 34, 61].map { ($0, [shift]) }
            var text = layout == "us" ? "yz-[;'/\\Y@#&{?" : "zyßüöä-#Z\"§/Ü_"
            if layout == "de" {
                // The third level, then an acute and a grave accent, which combine with the letter after them.
                strokes += [24, 26, 16, 17, 94].map { ($0, [altGr]) }
                strokes += [(21, []), (26, []), (21, [shift]), (38, [])]
                text += "@€{[|éà"
            }
            return (strokes.flatMap { Workplace.stroke($0.key, holding: $0.modifiers) }, text)
        }

        @Test("gives what the near keyboard says, whatever the far one is", arguments: layouts)
        func layout(layouts: Workplace.Layouts) throws {
            try World.run { world in
                let place = try Workplace(world, layouts: layouts) { display in
                    try Workplace.startTerminal(on: display, script: Workplace.lineScript(world))
                }
                let (strokes, text) = Self.text(layouts.near)
                try place.act(["mousemove", "100", "100"])
                try place.act(strokes + Workplace.stroke(36))
                #expect(try place.line(1) == text)
                // Another layout while the session runs.
                let other = layouts.near == "us" ? "de" : "us"
                try place.near.run("setxkbmap", ["-layout", other])
                let (otherStrokes, otherText) = Self.text(other)
                try place.act(otherStrokes + Workplace.stroke(36))
                #expect(try place.line(2) == otherText)
                try place.end()
            }
        }

        @Test("a held key repeats at the host, and Control works as Control")
        func repeating() throws {
            try World.run { world in
                let place = try Workplace(world) { display in
                    try Workplace.startTerminal(
                        on: display, beginning: "stty raw -echo;", script: "cat > \(world.file("typed"))")
                }
                try place.act(["mousemove", "100", "100", "keydown", "38"])
                try TimeLimit.poll("a repeated letter") {
                    world.contents(of: "typed")?.hasPrefix("aaa") == true ? true : nil
                }
                try place.act(["keyup", "38"])
                try TimeLimit.poll("no key that is down") { try place.far.pressedKeys().isEmpty ? true : nil }
                // Control-E, Tab, the arrow upwards.
                try place.act(
                    Workplace.stroke(26, holding: [37]) + Workplace.stroke(23) + Workplace.stroke(111))
                let controls = "a\u{5}\t\u{1B}[A"
                try TimeLimit.poll("control characters") {
                    world.contents(of: "typed")?.hasSuffix(controls) == true ? true : nil
                }
                try place.end()
            }
        }

        @Test("keys are released when another window takes the keyboard")
        func focus() throws {
            try World.run { world in
                let place = try Workplace(world) { try $0.start("xlogo", ["-geometry", "200x200"]) }
                try place.act(["mousemove", "100", "100", "keydown", "37", "keydown", "53"])
                try TimeLimit.poll("two keys that are down") { try place.far.pressedKeys() == [37, 53] ? true : nil }
                let other = try place.near.start("xlogo", ["-geometry", "100x100+600+400", "-name", "other"])
                try place.act(["search", "--sync", "--onlyvisible", "--name", "other", "windowfocus", "--sync"])
                try TimeLimit.poll("no key that is down") { try place.far.pressedKeys().isEmpty ? true : nil }
                try place.act(["keyup", "53", "keyup", "37"])
                other.kill()
                try place.end()
            }
        }

        @Test("keys of the window manager go to the host while all keys are taken")
        func grab() throws {
            try World.run { world in
                let place = try Workplace(world) { try $0.start("xlogo", ["-geometry", "200x200"]) }
                let (superKey, alt, tab, letterG) = (133, 64, 23, 42)
                let manager = try place.near.start(
                    "python3", ["-u", "-c", Self.keyGrabber, place.near.name, "\(superKey)", "\(tab)"])
                try manager.line("that it takes keys") { $0 == "ready" ? true : nil }
                try place.act(["mousemove", "100", "100"] + Workplace.stroke(superKey))
                try manager.line("its key") { $0 == "press \(superKey)" ? true : nil }

                try place.command(letterG)
                try place.viewer.event("keyboard_grab") { $0["grabbed"]?.boolean == true }
                let mark = manager.mark
                try place.act(["keydown", "\(superKey)"])
                try TimeLimit.poll("Super at the host") { try place.far.pressedKeys() == [superKey] ? true : nil }
                try place.act(["keyup", "\(superKey)", "keydown", "\(alt)", "keydown", "\(tab)"])
                try TimeLimit.poll("Alt-Tab at the host") { try place.far.pressedKeys() == [tab, alt] ? true : nil }
                try place.act(["keyup", "\(tab)", "keyup", "\(alt)"])
                #expect(manager.mark == mark, "the window manager saw keys: \(manager.lines)")

                try place.command(letterG)
                try place.viewer.event("keyboard_grab") { $0["grabbed"]?.boolean == false }
                try place.act(Workplace.stroke(superKey))
                try manager.line("its key again", from: mark) { $0 == "press \(superKey)" ? true : nil }
                try place.end()
            }
        }

        /// A program that, as window managers do, takes some keys wherever the focus is.
        private static let keyGrabber = """
            import ctypes, sys
            x = ctypes.CDLL("libX11.so.6")
            x.XOpenDisplay.restype = ctypes.c_void_p
            x.XDefaultRootWindow.restype = ctypes.c_ulong
            display = ctypes.c_void_p(x.XOpenDisplay(sys.argv[1].encode()))
            root = ctypes.c_ulong(x.XDefaultRootWindow(display))
            for key in sys.argv[2:]:
                x.XGrabKey(display, int(key), 1 << 15, root, 0, 1, 1)
            x.XSync(display, 0)
            print("ready")
            event = (ctypes.c_uint * 64)()
            while True:
                x.XNextEvent(display, event)
                if event[0] == 2: print("press", event[21])
            """
    }
}

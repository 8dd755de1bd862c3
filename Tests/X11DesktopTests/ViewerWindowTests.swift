import CX11
import Testing
import WireFormat
import X11Desktop

@Suite(
    "Viewer's window",
    .enabled(
        if: VirtualServer.isUsable("xdotool", "setxkbmap", "xset", "xrandr"),
        "Xvfb, xdotool, setxkbmap, xset or xrandr is missing"))
struct ViewerWindowTests {
    @Test("shows what is presented, pixel for pixel, and only damage is painted", arguments: [true, false])
    func unscaled(sharedMemory: Bool) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        var picture = Picture(width: 200, height: 100, seed: 1)
        let window = try ViewerWindow(
            connection: connection, title: "viewer", width: 200, height: 100, allowsSharedMemory: sharedMemory)
        #expect(window.usesSharedMemory == sharedMemory)
        try show(picture, in: window, damage: [])
        expectSame(server.truth.pixels(of: window.identifier), picture.pixels)
        for _ in 0..<20 {
            let damage = picture.scribble()
            try show(picture, in: window, damage: damage)
            expectSame(server.truth.pixels(of: window.identifier), picture.pixels)
        }
        var other = picture
        other.pixels = other.pixels.map { ~$0 & 0xFF_FFFF }
        let part = Rectangle(x: 10, y: 20, width: 30, height: 5)
        try show(other, in: window, damage: [part])
        let wanted = picture.pixels.indices.map { index in
            (part.contains(x: index % 200, y: index / 200) ? other : picture).pixels[index]
        }
        expectSame(server.truth.pixels(of: window.identifier), wanted)
    }

    @Test(
        "scales as the plain formula says, the same for parts as for the whole",
        arguments: [[130, 90], [320, 240], [77, 240], [400, 200]])
    func scaled(size: [Int]) throws {
        let server = try VirtualServer(width: 400, height: 240)
        let connection = try server.connect()
        var picture = Picture(width: 200, height: 100, seed: 2)
        let window = try ViewerWindow(connection: connection, title: "viewer", width: size[0], height: size[1])
        try show(picture, in: window, damage: [])
        expectSame(server.truth.pixels(of: window.identifier), picture.scaled(by: window.layout))
        for _ in 0..<5 {
            let damage = picture.scribble()
            try show(picture, in: window, damage: damage)
            expectSame(server.truth.pixels(of: window.identifier), picture.scaled(by: window.layout))
        }
    }

    @Test("follows its own size, the remote screen's size, and what covered it")
    func resize() throws {
        let server = try VirtualServer(width: 400, height: 300)
        let connection = try server.connect()
        var picture = Picture(width: 100, height: 80, seed: 3)
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 100, height: 80)
        try present(picture, in: window)
        for (width, height) in [(300, 200), (50, 60), (100, 80)] {
            XResizeWindow(server.truth.display, window.identifier, UInt32(width), UInt32(height))
            XSync(server.truth.display, 0)
            try wait(for: connection) { window.takeEvents().contains(.redrawNeeded) }
            try present(picture, in: window)
            expectSame(server.truth.pixels(of: window.identifier), picture.scaled(by: window.layout))
        }
        picture = Picture(width: 60, height: 90, seed: 4)
        try present(picture, in: window)
        expectSame(server.truth.pixels(of: window.identifier), picture.scaled(by: window.layout))
        let cover = server.truth.makeWindow(x: 5, y: 5, width: 40, height: 40, colour: 0xFF0000)
        XDestroyWindow(server.truth.display, cover)
        XSync(server.truth.display, 0)
        try wait(for: connection) { server.truth.pixels(of: window.identifier) == picture.scaled(by: window.layout) }
    }

    @Test("a 30-bit display shows the same colours")
    func deepColour() throws {
        let server = try VirtualServer(depth: 30)
        let connection = try server.connect()
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 2, height: 1)
        let pixels: [UInt32] = [0xFFFF_FFFF, 0x0080_0100]
        try window.present(pixels.span, width: 2, height: 1, damage: [])
        try connection.processPendingEvents()
        let image = try ScreenCapture(connection: connection, window: window.identifier)
        _ = try image.captureDamage()
        expectSame(words(image), [0xFF_FFFF, 0x80_0100])
    }

    @Test("a picture with too few pixels is refused")
    func shortPicture() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 20, height: 20)
        let pixels = [UInt32](repeating: 0, count: 399)
        for (width, height, stride) in [(20, 20, 20), (0, 5, 5), (20, 10, 10), (.max, 1, .max), (5, -1, 5)] {
            #expect(throws: DisplayFailure.self) {
                try window.present(pixels.span, width: width, height: height, stride: stride, damage: [])
            }
        }
        try window.present(
            pixels.span, width: 19, height: 21, damage: [])
        let limits = [Int.min, -1, 0, 5, .max]
        for x in limits {
            for width in limits {
                let damage = [Rectangle(x: x, y: width, width: width, height: x)]
                try window.present(pixels.span, width: 19, height: 21, damage: damage)
            }
        }
    }

    @Test("keys arrive as what they produce here, in two layouts", arguments: ["us", "de"])
    func keys(layout: String) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (200, 100))
        // Keys are looked up once before the layout changes under the window.
        _ = try server.output("xdotool", ["key", "q"])
        _ = try events(window, connection, until: .key(keysym: UInt32(XK_q), isPressed: false))
        _ = try server.output(
            "xdotool", ["key", "a", "shift+b", "slash", "ctrl+z", "Return", "F5", "adiaeresis", "at"])
        let pressed = try events(window, connection, until: .key(keysym: UInt32(XK_at), isPressed: false))
            .compactMap { event -> UInt32? in
                if case .key(let keysym, true) = event { keysym } else { nil }
            }
        let modifiers = [XK_Shift_L, XK_ISO_Level3_Shift, XK_Control_L, XK_Shift_R].map { UInt32($0) }
        let typed = [XK_a, XK_B, XK_slash, XK_z, XK_Return, XK_F5, XK_at].map { UInt32($0) }
        #expect(pressed.filter { !modifiers.contains($0) } == typed)
        #expect(pressed.contains(UInt32(XK_Shift_L)) && pressed.contains(UInt32(XK_Control_L)))
    }

    @Test("a held key is one press, and goes up as what it went down as")
    func heldKey() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (200, 100))
        _ = try server.output("xset", ["r", "rate", "100", "100"])
        _ = try server.output(
            "xdotool", ["keydown", "shift", "keydown", "a", "keyup", "shift", "sleep", "0.4", "keyup", "a"])
        let found = try events(window, connection, until: .key(keysym: UInt32(XK_A), isPressed: false))
        #expect(
            found == [
                .key(keysym: UInt32(XK_Shift_L), isPressed: true), .key(keysym: UInt32(XK_A), isPressed: true),
                .key(keysym: UInt32(XK_Shift_L), isPressed: false), .key(keysym: UInt32(XK_A), isPressed: false),
            ])
    }

    @Test("the mouse arrives in the remote screen's coordinates", arguments: [[200, 100], [100, 100], [300, 200]])
    func mouse(size: [Int]) throws {
        let server = try VirtualServer(width: 400, height: 300)
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (size[0], size[1]))
        for (x, y) in [(50, 60), (99, 70), (10, 55)] {
            _ = try server.output("xdotool", ["mousemove", "\(x)", "\(y)", "click", "1"])
            let point = window.layout.sourcePoint(windowX: x, windowY: y)
            #expect(abs(point.x - (x - window.layout.area.x) * 200 / window.layout.area.width) <= 1)
            #expect(
                try events(window, connection, until: .button(number: 1, isPressed: false)) == [
                    .pointerMoved(x: point.x, y: point.y), .button(number: 1, isPressed: true),
                    .pointerMoved(x: point.x, y: point.y), .button(number: 1, isPressed: false),
                ])
        }
        _ = try server.output("xdotool", ["click", "4", "click", "5", "click", "5", "click", "3"])
        let wheels = try events(window, connection, until: .button(number: 3, isPressed: false))
            .compactMap { event -> Int? in
                if case .wheel(let vertical, 0) = event { vertical } else { nil }
            }
        #expect(wheels == [1, -1, -1])
    }

    @Test("losing the keyboard releases everything")
    func focusLost() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (200, 100))
        _ = try server.output("xdotool", ["keydown", "ctrl"])
        _ = try events(window, connection, until: .key(keysym: UInt32(XK_Control_L), isPressed: true))
        let other = server.truth.makeWindow(x: 250, y: 150, width: 20, height: 20, colour: 1)
        XSetInputFocus(server.truth.display, other, RevertToParent, 0)
        XSync(server.truth.display, 0)
        #expect(try events(window, connection, until: .releaseAll) == [.releaseAll])
        _ = try server.output("xdotool", ["keyup", "ctrl"])
        try connection.processPendingEvents()
        #expect(window.takeEvents().isEmpty)
    }

    @Test("takes all keys while told to")
    func keyboardGrab() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (200, 100))
        try window.setKeyboardGrab(true)
        // No reply is read here: events that came with one would be missed by the descriptor alone.
        try connection.processPendingEvents()
        let other = server.truth.makeWindow(x: 250, y: 150, width: 20, height: 20, colour: 1)
        XSync(server.truth.display, 0)
        try wait(for: connection) {
            XGrabKeyboard(server.truth.display, other, 0, GrabModeAsync, GrabModeAsync, 0) == AlreadyGrabbed
        }
        _ = try server.output("xdotool", ["key", "super"])
        let found = try events(window, connection, until: .key(keysym: UInt32(XK_Super_L), isPressed: false))
        #expect(!found.contains(.releaseAll))
        // Not while another window has the focus, and again when this one has it.
        func grab() -> Int32 {
            let result = XGrabKeyboard(server.truth.display, other, 0, GrabModeAsync, GrabModeAsync, 0)
            XUngrabKeyboard(server.truth.display, 0)
            XSync(server.truth.display, 0)
            return result
        }
        for (focused, last, result) in [
            (other, ViewerEvent.releaseAll, GrabSuccess), (window.identifier, .focused, AlreadyGrabbed),
        ] {
            XSetInputFocus(server.truth.display, focused, RevertToParent, 0)
            XSync(server.truth.display, 0)
            _ = try events(window, connection, until: last)
            try settle(connection)
            #expect(grab() == result)
        }
        try window.setKeyboardGrab(false)
        try wait(for: connection) {
            XGrabKeyboard(server.truth.display, other, 0, GrabModeAsync, GrabModeAsync, 0) == GrabSuccess
        }
        #expect(try events(window, connection, until: .releaseAll).last == .releaseAll)
    }

    @Test("the window manager's close button is an event")
    func close() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 50, height: 50)
        let display = server.truth.display
        var event = XEvent()
        event.xclient.type = ClientMessage
        event.xclient.window = window.identifier
        event.xclient.message_type = XInternAtom(display, "WM_PROTOCOLS", 0)
        event.xclient.format = 32
        event.xclient.data.l.0 = Int(XInternAtom(display, "WM_DELETE_WINDOW", 0))
        XSendEvent(display, window.identifier, 0, 0, &event)
        XSync(display, 0)
        #expect(try events(window, connection, until: .closed).last == .closed)
    }

    @Test("full screen fills the screen and goes back, without a window manager")
    func fullScreen() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 100, height: 50)
        let picture = Picture(width: 160, height: 120, seed: 5)
        try present(picture, in: window)
        try window.setFullScreen(true)
        _ = try events(window, connection, until: .resized(width: 320, height: 240))
        try present(picture, in: window)
        expectSame(server.truth.pixels(), picture.scaled(by: window.layout))
        #expect(window.layout.area == Rectangle(width: 320, height: 240))
        try window.setFullScreen(false)
        _ = try events(window, connection, until: .resized(width: 100, height: 50))
        #expect(!window.isFullScreen)
    }

    @Test("wears the remote cursor's shape and shows a title")
    func cursorAndTitle() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (200, 100))
        let source = try CursorSource(connection: connection)
        let white: UInt32 = 0xFFFF_FFFF
        let black: UInt32 = 0xFF00_0000
        let pixels: [UInt32] = [black, white, 0, black, black, white, 0x4040_4040, white, white]
        let image = CursorImage(width: 3, height: 3, hotspotX: 1, hotspotY: 2, pixels: pixels)
        let inTwoColours: [UInt32] = [black, white, 0, black, black, white, 0, white, white]
        for (allowsColour, expected) in [(true, pixels), (false, inTwoColours)] {
            try window.setCursor(image, allowsColour: allowsColour)
            try wait(for: connection) { source.hasChange }
            let shown = try #require(try source.takeImage())
            #expect(shown.pixels == expected)
            #expect((shown.hotspotX, shown.hotspotY) == (1, 2))
        }
        try window.setCursor(nil)
        try settle(connection)
        try connection.processPendingEvents()
        #expect(try source.takeImage()?.pixels.allSatisfy { $0 == 0 } == true)
        window.setTitle("host — 3 ms, direct")
        try settle(connection)
        let name = try server.output("xdotool", ["getwindowname", String(window.identifier)])
        #expect(name == "host — 3 ms, direct\n")
    }

    @Test(
        "a chord is a command, whatever the layout, and the host gets nothing of its letter",
        arguments: ["us", "de", "ru"])
    func commands(layout: String) throws {
        let server = try VirtualServer()
        _ = try server.output("setxkbmap", ["-layout", layout])
        let connection = try server.connect()
        let window = try openFocused(server, connection, size: (200, 100))
        _ = try server.output("xset", ["r", "rate", "50", "50"])
        // Control, Alt, Shift, then the keys of S, F, G and Q by their numbers, the last one held for a while.
        _ = try server.output(
            "xdotool",
            ["keydown", "37", "keydown", "64", "keydown", "50", "key", "39", "key", "41", "key", "42", "keydown", "24"]
                + ["sleep", "0.3", "keyup", "24", "keyup", "50", "keyup", "64", "keyup", "37", "key", "10"])
        let found = try events(window, connection, until: .key(keysym: UInt32(XK_1), isPressed: false))
        let commands = found.compactMap { event -> ViewerCommand? in
            if case .command(let command) = event { command } else { nil }
        }
        #expect(commands == [.toggleStatus, .toggleFullScreen, .toggleKeyboardGrab, .quit])
        // Three modifiers and a digit, pressed and released.
        let keys = found.filter { if case .key = $0 { true } else { false } }
        #expect(keys.count == 8, "\(keys)")
    }

    @Test("a status line lies over the lower left corner, whatever is painted, until it is taken away")
    func status() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 200, height: 100)
        var picture = Picture(width: 200, height: 100, seed: 6)
        try present(picture, in: window)
        try window.setStatus("direct | 3 ms")
        #expect(window.hasStatus)
        // Its background is black, its letters white; the picture has other colours.
        func covered() -> [Int] {
            let shown = server.truth.pixels()
            return (0..<200 * 100).filter { shown[$0 / 200 * 320 + $0 % 200] != picture.pixels[$0] }
        }
        try wait(for: connection) {
            let shown = server.truth.pixels()
            return covered().contains { shown[$0 / 200 * 320 + $0 % 200] == 0xFF_FFFF }
        }
        for _ in 0..<3 {
            let damage = picture.scribble()
            try show(picture, in: window, damage: damage)
            let places = covered()
            #expect(places.allSatisfy { $0 / 200 >= 75 && $0 % 200 < 160 })
            #expect(places.contains { $0 / 200 >= 95 && $0 % 200 < 5 })
        }
        try window.setStatus(nil)
        try wait(for: connection) { covered().isEmpty }
    }

    @Test("full screen fills the monitor that is named, or the one that the window is on")
    func monitors() throws {
        let server = try VirtualServer()
        for (name, place) in [("left", "160/40x240/60+0+0"), ("right", "160/40x200/60+160+40")] {
            _ = try server.output("xrandr", ["--setmonitor", name, place, name == "left" ? "screen" : "none"])
        }
        let connection = try server.connect()
        let monitors = try connection.monitors()
        #expect(Set(monitors.map(\.name)) == ["left", "right"])
        let right = try #require(monitors.first { $0.name == "right" })
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 100, height: 50)
        let picture = Picture(width: 160, height: 120, seed: 5)
        try present(picture, in: window)
        for (monitor, area) in [(right, right.area), (nil, Rectangle(width: 160, height: 240))] {
            try window.setFullScreen(true, on: monitor)
            _ = try events(window, connection, until: .resized(width: area.width, height: area.height))
            try present(picture, in: window)
            let shown = server.truth.pixels()
            let wanted = picture.scaled(by: window.layout)
            for y in 0..<area.height {
                let start = (area.y + y) * 320 + area.x
                let row = wanted[y * area.width..<(y + 1) * area.width]
                #expect(shown[start..<start + area.width].elementsEqual(row))
            }
            try window.setFullScreen(false)
            _ = try events(window, connection, until: .resized(width: 100, height: 50))
            try present(picture, in: window)
        }
    }

    /// A window that has the focus and shows a remote screen of 200 by 100 pixels; its first events are taken.
    private func openFocused(
        _ server: VirtualServer, _ connection: DisplayConnection, size: (Int, Int)
    ) throws -> ViewerWindow {
        let window = try ViewerWindow(connection: connection, title: "viewer", width: size.0, height: size.1)
        try present(Picture(width: 200, height: 100, seed: 1), in: window)
        XSetInputFocus(server.truth.display, window.identifier, RevertToParent, 0)
        XWarpPointer(server.truth.display, 0, window.identifier, 0, 0, 0, 0, 5, 5)
        XSync(server.truth.display, 0)
        _ = try events(window, connection, until: .focused)
        try connection.processPendingEvents()
        try present(Picture(width: 200, height: 100, seed: 1), in: window)
        _ = window.takeEvents()
        return window
    }

    /// All events up to one, which must come.
    private func events(
        _ window: ViewerWindow, _ connection: DisplayConnection, until last: ViewerEvent
    ) throws -> [ViewerEvent] {
        var found: [ViewerEvent] = []
        try wait(for: connection) {
            found += window.takeEvents()
            return found.contains(last)
        }
        return found
    }

    private func present(_ picture: Picture, in window: ViewerWindow) throws {
        try show(picture, in: window, damage: [])
        try window.connection.processPendingEvents()
    }

    /// Presents and waits until the server has painted it.
    private func show(_ picture: Picture, in window: ViewerWindow, damage: [Rectangle]) throws {
        try window.present(picture.pixels.span, width: picture.width, height: picture.height, damage: damage)
        try settle(window.connection)
    }
}

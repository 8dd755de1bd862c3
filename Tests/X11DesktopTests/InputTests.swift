import CX11
import Testing
import X11Desktop

@Suite(
    "Input injection",
    .enabled(
        if: VirtualServer.isUsable("xterm", "setxkbmap", "xkbcomp"), "Xvfb, xterm, setxkbmap or xkbcomp is missing")
)
struct InputTests {
    /// Everything on a us keyboard, shifted and not.
    static let usKeyboard = String(String.UnicodeScalarView((0x20...0x7E).compactMap { Unicode.Scalar($0) }))

    @Test(
        "what is typed appears in a real terminal",
        arguments: [
            ("us", usKeyboard), ("us", "Grüße für 5 € — žluťoučký кот 漢字 😀"), ("de", usKeyboard),
            ("de", "äöüß ÄÖÜ @{[]}\\ €µ ²³ ñ"),
        ])
    func typing(layout: String, text: String) throws {
        let server = try VirtualServer()
        _ = try server.output("setxkbmap", [layout])
        let connection = try server.connect()
        let injector = try InputInjector(connection: connection)
        try withTemporaryDirectory { directory in
            let terminal = try startTerminal(server, directory)
            defer { terminal.kill() }
            try injector.movePointer(x: 100, y: 100)
            // The shell may start before the window is there to get keys.
            try wait(for: connection) {
                contents(of: "\(directory)/ready") != nil && server.truth.windowUnderPointer() != 0
            }
            try injector.type(text + "\n")
            try wait(for: connection) { contents(of: "\(directory)/done") != nil }
            #expect(contents(of: "\(directory)/text") == text)
        }
        #expect(server.truth.pressedKeycodes().isEmpty)
    }

    @Test("a change of layout in mid-session is followed, with no spare key left behind")
    func layoutChange() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        _ = try server.output("setxkbmap", ["us"])
        let before = try server.output("xkbcomp", [server.name, "-"])
        _ = server.truth.makeWindow(x: 0, y: 0, width: 320, height: 240, colour: 0, events: KeyPressMask)
        do {
            let injector = try InputInjector(connection: connection)
            try injector.movePointer(x: 50, y: 50)
            try injector.type("zä")
            #expect(try freshKeysyms(on: server, count: 2) == [0x7A, 0xE4])
            _ = try server.output("setxkbmap", ["de"])
            try connection.processPendingEvents()
            try injector.type("zä/")
            #expect(try freshKeysyms(on: server, count: 4) == [0x7A, 0xE4, 0xFFE1, 0x2F])
            _ = try server.output("setxkbmap", ["us"])
            try connection.processPendingEvents()
            try injector.type("ž")
        }
        #expect(try server.output("xkbcomp", [server.name, "-"]) == before)
    }

    @Test("modifiers that the viewer holds are used, and lifted where the host's layout needs none")
    func heldModifiers() throws {
        let server = try VirtualServer()
        _ = try server.output("setxkbmap", ["us"])
        let connection = try server.connect()
        _ = server.truth.makeWindow(x: 0, y: 0, width: 320, height: 240, colour: 0, events: KeyPressMask)
        let injector = try InputInjector(connection: connection)
        try injector.movePointer(x: 50, y: 50)
        try injector.setKey(UInt32(XK_Shift_L), isPressed: true)
        // A German viewer's Shift and 7.
        for keysym in [UInt32(XK_A), UInt32(XK_slash), UInt32(XK_Return), UInt32(XK_ISO_Left_Tab)] {
            try injector.setKey(keysym, isPressed: true)
            try injector.setKey(keysym, isPressed: false)
        }
        let events = try keyEvents(on: server, count: 6)
        #expect(
            events.map(\.keysym)
                == [XK_Shift_L, XK_A, XK_slash, XK_Shift_L, XK_Return, XK_ISO_Left_Tab].map { KeySym($0) })
        #expect(events.map { $0.state & UInt32(ShiftMask) != 0 } == [false, true, false, false, true, true])
        #expect(injector.heldKeysyms == [UInt32(XK_Shift_L)])
    }

    @Test(
        "a key that is held repeats as what it was pressed as, with modifiers lifted or added for it",
        .enabled(if: VirtualServer.isUsable("xset"), "xset is missing"),
        arguments: [
            // A German viewer's Shift and 7 at an American host; an American viewer's Shift and 2 at a German one.
            ("us", [XK_Shift_L], XK_slash, 1), ("us", [XK_Shift_L], XK_at, 1),
            ("de", [], XK_at, 0), ("de", [XK_Shift_L], XK_at, 1),
        ])
    func repeats(layout: String, modifiers: [Int32], key: Int32, heldCount: Int) throws {
        let server = try VirtualServer()
        _ = try server.output("setxkbmap", [layout])
        _ = try server.output("xset", ["r", "rate", "50", "50"])
        let connection = try server.connect()
        _ = server.truth.makeWindow(x: 0, y: 0, width: 320, height: 240, colour: 0, events: KeyPressMask)
        let injector = try InputInjector(connection: connection)
        try injector.movePointer(x: 50, y: 50)
        for modifier in modifiers { try injector.setKey(UInt32(modifier), isPressed: true) }
        try injector.setKey(UInt32(key), isPressed: true)
        // Those of the modifiers, the press itself, and then repeats.
        let shifts = Set([XK_Shift_L, XK_ISO_Level3_Shift].map { KeySym($0) })
        let found = try keysyms(on: server, count: modifiers.count + 6).filter { !shifts.contains($0) }
        #expect(found.count >= 4 && Set(found) == [KeySym(key)], "\(found)")
        try injector.setKey(UInt32(key), isPressed: false)
        try settle(connection)
        #expect(server.truth.pressedKeycodes().count == heldCount)
        for modifier in modifiers { try injector.setKey(UInt32(modifier), isPressed: false) }
        try settle(connection)
        #expect(server.truth.pressedKeycodes().isEmpty)
    }

    @Test("modifiers that are let go while a key is held that needed others are up for good")
    func modifiersReleasedFirst() throws {
        let server = try VirtualServer()
        _ = try server.output("setxkbmap", ["us"])
        let connection = try server.connect()
        let injector = try InputInjector(connection: connection)
        try injector.setKey(UInt32(XK_Shift_L), isPressed: true)
        try injector.setKey(UInt32(XK_slash), isPressed: true)
        try injector.setKey(UInt32(XK_Shift_L), isPressed: false)
        try injector.setKey(UInt32(XK_slash), isPressed: false)
        try settle(connection)
        #expect(server.truth.pressedKeycodes().isEmpty)
        try injector.setKey(UInt32(XK_plus), isPressed: true)
        injector.releaseAll()
        try settle(connection)
        #expect(server.truth.pressedKeycodes().isEmpty)
    }

    @Test("keys come out right with Caps Lock and Num Lock on")
    func locks() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        _ = server.truth.makeWindow(x: 0, y: 0, width: 320, height: 240, colour: 0, events: KeyPressMask)
        let injector = try InputInjector(connection: connection)
        try injector.movePointer(x: 50, y: 50)
        for lock in [XK_Caps_Lock, XK_Num_Lock] {
            try injector.setKey(UInt32(lock), isPressed: true)
            try injector.setKey(UInt32(lock), isPressed: false)
        }
        #expect(try keysyms(on: server, count: 2) == [KeySym(XK_Caps_Lock), KeySym(XK_Num_Lock)])
        try connection.processPendingEvents()
        for keysym in [XK_a, XK_A, XK_KP_7] {
            try injector.setKey(UInt32(keysym), isPressed: true)
            try injector.setKey(UInt32(keysym), isPressed: false)
        }
        let typed = try keysyms(on: server, count: 4).filter { $0 != KeySym(XK_Shift_L) }
        #expect(typed == [KeySym(XK_a), KeySym(XK_A), KeySym(XK_KP_7)])
    }

    @Test("everything held is released at the end, however the session ends", arguments: [true, false])
    func release(explicitly: Bool) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        do {
            let injector = try InputInjector(connection: connection)
            for keysym in [XK_Control_L, XK_Shift_L, XK_T, XK_Super_L, XK_adiaeresis, XK_F5] {
                try injector.setKey(UInt32(keysym), isPressed: true)
            }
            try injector.setButton(1, isPressed: true)
            try injector.setButton(3, isPressed: true)
            try settle(connection)
            #expect(server.truth.pressedKeycodes().count == 6)
            #expect(server.truth.pointer().mask & 0xFF00 == UInt32(Button1Mask | Button3Mask))
            #expect(injector.heldKeysyms.count == 6)
            if explicitly {
                injector.releaseAll()
                #expect(injector.heldKeysyms.isEmpty)
                try settle(connection)
                #expect(server.truth.pressedKeycodes().isEmpty)
            }
        }
        #expect(server.truth.pressedKeycodes().isEmpty)
        #expect(server.truth.pointer().mask == 0)
    }

    @Test("hostile numbers do nothing")
    func hostileNumbers() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let injector = try InputInjector(connection: connection)
        for keysym: UInt32 in [0, .max, 0x2000_0000, 0xFED5, 0x1008_FE01] {
            try injector.setKey(keysym, isPressed: true)
        }
        for number in [0, -1, 16, 256, .max, .min] { try injector.setButton(number, isPressed: true) }
        try injector.movePointer(x: .max, y: .min)
        try injector.movePointer(x: -1, y: 5)
        try injector.movePointer(x: 32_767, y: 32_767)
        try injector.turnWheel(vertical: .min, horizontal: .max)
        for keysym: UInt32 in 0x0100_1000..<0x0100_1400 { try injector.setKey(keysym, isPressed: true) }
        #expect(injector.heldKeysyms.count <= 64)
        injector.releaseAll()
        try settle(connection)
        let place = server.truth.pointer()
        #expect((place.x, place.y) == (319, 239))
        #expect(server.truth.pressedKeycodes().isEmpty)
        #expect(connection.refusedRequests == 0)
        #expect(connection.isAlive)
    }

    @Test("pointer, buttons and wheels arrive where they should")
    func pointer() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        _ = server.truth.makeWindow(x: 0, y: 0, width: 320, height: 240, colour: 0, events: ButtonPressMask)
        let injector = try InputInjector(connection: connection)
        let cursor = try CursorSource(connection: connection)
        try injector.movePointer(x: 123, y: 45)
        #expect(try cursor.position() == (123, 45))
        try injector.setButton(2, isPressed: true)
        try injector.setButton(2, isPressed: true)
        try injector.setButton(2, isPressed: false)
        try injector.turnWheel(vertical: 2, horizontal: -1)
        try injector.turnWheel(vertical: -1, horizontal: 1)
        var numbers: [UInt32] = []
        for _ in 0..<6 {
            let event = try server.truth.nextEvent(of: ButtonPress)
            numbers.append(event.xbutton.button)
            #expect((event.xbutton.x, event.xbutton.y) == (123, 45))
        }
        #expect(numbers == [2, 4, 4, 6, 5, 7])
    }

    /// A terminal that reads one line into `text`.
    private func startTerminal(_ server: VirtualServer, _ directory: String) throws -> ChildProcess {
        let script = """
            echo > \(directory)/ready; IFS= read -r line; printf %s "$line" > \(directory)/text; echo > \(directory)/done
            """
        return try server.start(
            "xterm", ["-u8", "-geometry", "200x20+0+0", "-e", "sh", "-c", script], environment: ["LC_ALL": "C.UTF-8"])
    }

    private func keysyms(on server: VirtualServer, count: Int) throws -> [KeySym] {
        try keyEvents(on: server, count: count).map(\.keysym)
    }

    /// The same by the keyboard's map as the server has it now, whatever Xlib remembers.
    private func freshKeysyms(on server: VirtualServer, count: Int) throws -> [KeySym] {
        try keyEvents(on: server, count: count).map { event in
            var width: Int32 = 0
            guard let keysyms = XGetKeyboardMapping(server.truth.display, event.keycode, 1, &width) else { return 0 }
            defer { XFree(keysyms) }
            return keysyms[event.state & UInt32(ShiftMask) != 0 ? 1 : 0]
        }
    }

    /// The next key presses in a window, as a program sees them.
    private func keyEvents(on server: VirtualServer, count: Int) throws -> [(
        keysym: KeySym, keycode: KeyCode, state: UInt32
    )] {
        try (0..<count).map { _ in
            var event = try server.truth.nextEvent(of: KeyPress)
            var keysym: KeySym = 0
            XLookupString(&event.xkey, nil, 0, &keysym, nil)
            return (keysym, KeyCode(event.xkey.keycode), event.xkey.state)
        }
    }
}

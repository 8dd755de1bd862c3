import CX11
import Testing
import X11Desktop

@Suite("Clipboard", .enabled(if: VirtualServer.isUsable(), "Xvfb is missing"))
struct ClipboardTests {
    static let texts = ["", "a", "Grüße\n€ 漢字 😀", String(repeating: "0123456789abcdeü", count: 30_000)]

    @Test("a text goes from one program to another, small or large", arguments: texts)
    func bothWays(text: String) throws {
        let server = try VirtualServer()
        let (here, there) = (try server.connect(), try server.connect())
        let source = try Clipboard(connection: here)
        let target = try Clipboard(connection: there)
        for text in [text, "and then " + text] {
            try source.setText(text)
            var events: [ClipboardEvent] = []
            try wait(for: here, there) {
                events += target.takeEvents()
                return !events.isEmpty
            }
            #expect(events == [.text(text)])
            #expect(source.takeEvents().isEmpty)
        }
        try target.setText("back")
        var events: [ClipboardEvent] = []
        try wait(for: here, there) {
            events += source.takeEvents()
            return !events.isEmpty
        }
        #expect(events == [.text("back")])
        try source.fetch()
        try wait(for: here, there) { source.takeEvents() == [.text("back")] }
    }

    @Test("a program that knows only the old ways gets the targets and the text")
    func otherPrograms() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let clipboard = try Clipboard(connection: connection)
        try clipboard.setText("Käse")
        let display = server.truth.display
        // The server may read what one program says after what another says later.
        try wait(for: connection) { XGetSelectionOwner(display, XInternAtom(display, "CLIPBOARD", 0)) != 0 }
        let window = server.truth.makeWindow(x: 0, y: 0, width: 1, height: 1, colour: 0)
        let property = XInternAtom(display, "PASTED", 0)
        func paste(_ target: String) throws -> (type: String, bytes: [UInt8])? {
            XConvertSelection(
                display, XInternAtom(display, "CLIPBOARD", 0), XInternAtom(display, target, 0), property, window, 0)
            XFlush(display)
            var event = XEvent()
            try wait(for: connection) { XCheckTypedWindowEvent(display, window, SelectionNotify, &event) != 0 }
            guard event.xselection.property != 0 else { return nil }
            var (type, format, count, rest): (Atom, Int32, UInt, UInt) = (0, 0, 0, 0)
            var data: UnsafeMutablePointer<UInt8>?
            XGetWindowProperty(
                display, window, property, 0, 1_000, 1, 0, &type, &format, &count, &rest, &data)
            defer { XFree(data) }
            let size = Int(count) * (format == 32 ? 8 : 1)
            return (String(cString: XGetAtomName(display, type)), Array(UnsafeBufferPointer(start: data, count: size)))
        }
        for target in ["UTF8_STRING", "text/plain;charset=utf-8"] {
            let pasted = try #require(try paste(target))
            #expect(pasted.type == target)
            #expect(pasted.bytes == Array("Käse".utf8))
        }
        #expect(try paste("TEXT")?.type == "UTF8_STRING")
        #expect(try paste("STRING")?.bytes == [0x4B, 0xE4, 0x73, 0x65])
        #expect(try paste("TARGETS")?.bytes.count == 6 * 8)
        #expect(try paste("TIMESTAMP")?.bytes.count == 8)
        #expect(try paste("image/png") == nil)
        try clipboard.setText("100 €")
        #expect(try paste("STRING") == nil, "Latin-1 has no euro sign")
    }

    @Test("what is marked is another selection, and nothing is fetched while nobody follows")
    func selections() throws {
        let server = try VirtualServer()
        let (here, there) = (try server.connect(), try server.connect())
        let source = try Clipboard(connection: here, selection: .primary)
        let target = try Clipboard(connection: there, selection: .primary)
        let other = try Clipboard(connection: there)
        target.isFollowing = false
        try source.setText("unseen")
        // A program that takes the other selection afterwards: when it is seen, the one before has been.
        let copier = try Clipboard(connection: here)
        try copier.setText("copied")
        try wait(for: here, there) { other.takeEvents() == [.text("copied")] }
        #expect(target.takeEvents().isEmpty)
        target.isFollowing = true
        try source.setText("marked")
        try wait(for: here, there) { target.takeEvents() == [.text("marked")] }
        for clipboard in [source, other, copier] { #expect(clipboard.takeEvents().isEmpty) }
    }

    @Test(
        "a program that knows no UTF-8 is understood",
        .enabled(if: VirtualServer.isUsable("python3"), "python3 is missing"))
    func latin1() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let target = try Clipboard(connection: connection)
        let script = """
            import ctypes, sys
            x = ctypes.CDLL("libX11.so.6")
            for name in ("XOpenDisplay",): getattr(x, name).restype = ctypes.c_void_p
            for name in ("XDefaultRootWindow", "XCreateSimpleWindow", "XInternAtom"):
                getattr(x, name).restype = ctypes.c_ulong
            d = ctypes.c_void_p(x.XOpenDisplay(None))
            w = ctypes.c_ulong(x.XCreateSimpleWindow(d, ctypes.c_ulong(x.XDefaultRootWindow(d)), 0, 0, 1, 1, 0, 0, 0))
            x.XSetSelectionOwner(d, ctypes.c_ulong(x.XInternAtom(d, b"CLIPBOARD", 0)), w, ctypes.c_ulong(0))
            event, answer = (ctypes.c_ulong * 24)(), (ctypes.c_ulong * 24)()
            while True:
                x.XNextEvent(d, event)
                if event[0] & 0xFFFFFFFF != 30: continue
                # XSelectionRequestEvent: owner, requestor, selection, target, property, time from the fifth word on.
                requestor, selection, target, name, time = event[5:10]
                if target == 31: x.XChangeProperty(
                    d, ctypes.c_ulong(requestor), ctypes.c_ulong(name), ctypes.c_ulong(31), 8, 0, b"K\\xe4se", 4)
                answer[0], answer[4], answer[5], answer[6] = 31, requestor, selection, target
                answer[7], answer[8] = name if target == 31 else 0, time
                x.XSendEvent(d, ctypes.c_ulong(requestor), 0, ctypes.c_long(0), answer)
                x.XFlush(d)
            """
        let program = try server.start("python3", ["-c", script])
        defer { program.kill() }
        try wait(for: connection) { target.takeEvents() == [.text("Käse")] }
    }

    @Test("a text that is put there just after another program's stays, though news of that come later")
    func overtaken() throws {
        let server = try VirtualServer()
        let (here, there) = (try server.connect(), try server.connect())
        let source = try Clipboard(connection: here)
        let target = try Clipboard(connection: there)
        for round in 0..<5 {
            try source.setText("before \(round)")
            try wait(for: here, there) { target.takeEvents() == [.text("before \(round)")] }
            try target.setText("theirs \(round)")
            try settle(there)
            try source.setText("ours \(round)")
            #expect(source.text == "ours \(round)")
            try wait(for: here, there) { target.takeEvents() == [.text("ours \(round)")] }
            #expect(source.takeEvents().isEmpty)
            #expect(source.text == target.text)
        }
    }

    @Test("what the selection holds is known, and that its owner is gone")
    func held() throws {
        let server = try VirtualServer()
        let (here, there) = (try server.connect(), try server.connect())
        let target = try Clipboard(connection: there)
        do {
            let source = try Clipboard(connection: here)
            try source.setText("a")
            try wait(for: here, there) { target.text == "a" }
        }
        try wait(for: here, there) { target.text == nil }
        try target.setText("b")
        #expect(target.text == "b")
    }

    @Test("what is over the limit is refused on both sides")
    func limits() throws {
        let server = try VirtualServer()
        let (here, there) = (try server.connect(), try server.connect())
        let source = try Clipboard(connection: here)
        for (limit, count) in [(100, 101), (100_000, 100_001), (100_000, 3_000_000)] {
            let target = try Clipboard(connection: there, byteLimit: limit)
            try source.setText(String(repeating: "x", count: count))
            var events: [ClipboardEvent] = []
            try wait(for: here, there) {
                events += target.takeEvents()
                return !events.isEmpty
            }
            #expect(events == [.tooLarge])
            #expect(throws: DisplayFailure.self) { try target.setText(String(repeating: "x", count: count)) }
            try source.setText(String(repeating: "y", count: limit))
            try wait(for: here, there) { target.takeEvents() == [.text(String(repeating: "y", count: limit))] }
        }
    }

    @Test("a program that pastes and dies at once harms nobody")
    func requestorDies() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let clipboard = try Clipboard(connection: connection)
        try clipboard.setText(String(repeating: "z", count: 1_000_000))
        for _ in 0..<40 {
            let other = try GroundTruth(display: server.name)
            let window = other.makeWindow(x: 0, y: 0, width: 1, height: 1, colour: 0)
            XConvertSelection(
                other.display, XInternAtom(other.display, "CLIPBOARD", 0), XInternAtom(other.display, "UTF8_STRING", 0),
                XInternAtom(other.display, "PASTED", 0), window, 0)
            XSync(other.display, 0)
            try connection.processPendingEvents()
            other.close()
        }
        try connection.processPendingEvents()
        let there = try server.connect()
        let target = try Clipboard(connection: there)
        try target.fetch()
        try wait(for: connection, there) { target.takeEvents() == [.text(String(repeating: "z", count: 1_000_000))] }
    }
}

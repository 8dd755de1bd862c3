import CX11
import Testing
import X11Desktop

@Suite("Files in the clipboard", .enabled(if: VirtualServer.isUsable(), "Xvfb is missing"))
struct ClipboardFilesTests {
    static let list = Array("file:///a%20b\r\nfile:///c\r\n".utf8)
    static let copied = Array("copy\nfile:///a%20b\nfile:///c".utf8)

    /// A program that asks for a selection and reads what it gets, whole or in parts.
    private final class Asker {
        private let connection: GroundTruth
        private var display: OpaquePointer { connection.display }
        private let window: Window
        private let property: Atom
        private(set) var isInParts = false
        /// Nil until all is there, or it was refused.
        private(set) var answer: [UInt8]?
        private(set) var isRefused = false
        private(set) var parts: [[UInt8]] = []

        init(_ server: VirtualServer, _ target: String) throws {
            connection = try GroundTruth(display: server.name)
            let display = connection.display
            window = connection.makeWindow(x: 0, y: 0, width: 1, height: 1, colour: 0)
            property = XInternAtom(display, "PASTED", 0)
            XSelectInput(display, window, PropertyChangeMask)
            XConvertSelection(
                display, XInternAtom(display, "CLIPBOARD", 0), XInternAtom(display, target, 0), property, window, 0)
            XFlush(display)
        }

        deinit { connection.close() }

        var isDone: Bool { answer != nil || isRefused }

        /// Takes what has come since the last call.
        func look() -> Bool {
            var event = XEvent()
            while XPending(display) > 0 {
                XNextEvent(display, &event)
                if event.type == SelectionNotify, event.xselection.requestor == window { begin(event.xselection) }
                if event.type == PropertyNotify, event.xproperty.window == window, isInParts,
                    event.xproperty.state == PropertyNewValue
                {
                    take(read().bytes)
                }
            }
            return isDone
        }

        private func begin(_ event: XSelectionEvent) {
            guard event.property != 0 else {
                isRefused = true
                return
            }
            let (type, bytes) = read()
            isInParts = type == XInternAtom(display, "INCR", 0)
            if !isInParts { answer = bytes }
        }

        private func take(_ bytes: [UInt8]) {
            if bytes.isEmpty { answer = parts.flatMap(\.self) } else { parts.append(bytes) }
        }

        private func read() -> (type: Atom, bytes: [UInt8]) {
            var (type, format, count, rest): (Atom, Int32, UInt, UInt) = (0, 0, 0, 0)
            var data: UnsafeMutablePointer<UInt8>?
            XGetWindowProperty(display, window, property, 0, 100_000, 1, 0, &type, &format, &count, &rest, &data)
            defer { if let data { XFree(data) } }
            guard format == 8, let data else { return (type, []) }
            return (type, Array(UnsafeBufferPointer(start: data, count: Int(count))))
        }
    }

    /// What becomes of files after somebody has asked for them.
    enum Outcome: CaseIterable { case given, refused, dropped }

    private func offering(
        _ server: VirtualServer, _ body: (DisplayConnection, Clipboard) throws -> Void
    ) throws {
        let connection = try server.connect()
        let clipboard = try Clipboard(connection: connection)
        try clipboard.setFiles(7, uriList: Self.list, copiedFiles: Self.copied)
        let display = server.truth.display
        try wait(for: connection) { XGetSelectionOwner(display, XInternAtom(display, "CLIPBOARD", 0)) != 0 }
        try body(connection, clipboard)
    }

    private func finish(_ outcome: Outcome, _ clipboard: Clipboard) {
        switch outcome {
        case .given: clipboard.giveFiles(7)
        case .refused: clipboard.refuseFiles(7)
        case .dropped: clipboard.dropFiles()
        }
    }

    @Test(
        "who asks for files that are not there yet waits for them", arguments: Outcome.allCases,
        ["text/uri-list", "x-special/gnome-copied-files"])
    func waits(outcome: Outcome, target: String) throws {
        let server = try VirtualServer()
        try offering(server) { connection, clipboard in
            let asker = try Asker(server, target)
            try wait(for: connection) { clipboard.takeEvents() == [.filesWanted(7)] }
            #expect(!asker.look())
            // Files of another number are not what it waits for.
            clipboard.giveFiles(6)
            clipboard.refuseFiles(8)
            finish(outcome, clipboard)
            try wait(for: connection) { asker.look() }
            #expect(asker.answer == (outcome == .given ? (target == "text/uri-list" ? Self.list : Self.copied) : nil))
            let next = try Asker(server, target)
            try wait(for: connection) { next.look() || clipboard.takeEvents() == [.filesWanted(7)] }
            #expect(next.answer == asker.answer)
            // Refused files may be asked for again, dropped ones are nobody's.
            #expect(next.isRefused == (outcome == .dropped))
        }
    }

    @Test("who is kept waiting gets a list in parts", arguments: Outcome.allCases, [1, 3])
    func held(outcome: Outcome, count: Int) throws {
        let server = try VirtualServer()
        try offering(server) { connection, clipboard in
            let plain = try Asker(server, "text/uri-list")
            try wait(for: connection) { clipboard.takeEvents() == [.filesWanted(7)] }
            let other = try Asker(server, "x-special/gnome-copied-files")
            try wait(for: connection) { clipboard.takeEvents() == [.filesWanted(7)] }
            for number in 0..<count {
                clipboard.holdFiles()
                // Each part is read before the next may follow; the first only says that parts will come.
                try wait(for: connection) {
                    _ = plain.look()
                    _ = other.look()
                    return [plain, other].allSatisfy { $0.isInParts && $0.parts.count >= number }
                }
                try settle(connection)
                try connection.processPendingEvents()
            }
            finish(outcome, clipboard)
            try wait(for: connection) { [plain.look(), other.look()].allSatisfy(\.self) }
            let text = plain.answer.map { String(decoding: $0, as: UTF8.self) }
            #expect(text?.split(whereSeparator: \.isNewline).count == (outcome == .given ? 2 : 0))
            #expect(other.answer == (outcome == .given ? Self.copied : Array(Self.copied.prefix(count - 1))))
        }
    }

    @Test("a list that was begun and names half a file never ends")
    func halfNamed() throws {
        let server = try VirtualServer()
        try offering(server) { connection, clipboard in
            let asker = try Asker(server, "x-special/gnome-copied-files")
            try wait(for: connection) { clipboard.takeEvents() == [.filesWanted(7)] }
            for number in 0..<100 where asker.parts.count < Self.copied.count - 1 {
                clipboard.holdFiles()
                try wait(for: connection) { asker.look() || asker.isInParts && asker.parts.count >= number }
                try settle(connection)
                try connection.processPendingEvents()
            }
            clipboard.holdFiles()
            clipboard.refuseFiles(7)
            clipboard.giveFiles(7)
            // What is asked later is answered later.
            let next = try Asker(server, "text/uri-list")
            try wait(for: connection) { next.look() }
            #expect(!asker.look() && asker.parts.flatMap(\.self) == Array(Self.copied.dropLast()))
        }
    }

    @Test("histories of the clipboard are asked to leave them alone, and texts are not given")
    func targets() throws {
        let server = try VirtualServer()
        try offering(server) { connection, clipboard in
            let hint = try Asker(server, "x-kde-passwordManagerHint")
            try wait(for: connection) { hint.look() }
            #expect(hint.answer == Array("secret".utf8))
            let text = try Asker(server, "UTF8_STRING")
            try wait(for: connection) { text.look() }
            #expect(text.isRefused && clipboard.takeEvents().isEmpty)
        }
    }

    @Test(
        "files that a program has copied are followed, in either form",
        .enabled(if: VirtualServer.isUsable("xclip"), "xclip is missing"),
        arguments: ["text/uri-list", "x-special/gnome-copied-files"])
    func follows(form: String) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let clipboard = try Clipboard(connection: connection)
        clipboard.followsFiles = true
        let list = form == "text/uri-list" ? Self.list : Self.copied
        let program = try server.start(
            "sh",
            [
                "-c", "printf %s \"$1\" | xclip -i -selection clipboard -t \"$2\"", "sh",
                String(decoding: list, as: UTF8.self), form,
            ])
        #expect(program.wait() == 0)
        var events: [ClipboardEvent] = []
        try wait(for: connection) {
            events += clipboard.takeEvents()
            return !events.isEmpty
        }
        #expect(events == [.files(list)])
    }

    @Test(
        "files that another program of ours offers are not asked for, and texts are followed as ever",
        arguments: [false, true])
    func leavesShared(wantsFiles: Bool) throws {
        let server = try VirtualServer()
        let (here, there) = (try server.connect(), try server.connect())
        let (source, target) = (try Clipboard(connection: here), try Clipboard(connection: there))
        target.followsFiles = wantsFiles
        try source.setFiles(1, uriList: Self.list, copiedFiles: Self.copied)
        // It has looked at them.
        if wantsFiles { try wait(for: here, there) { target.takeEvents() == [.sharedFiles] } }
        try source.setText("a text")
        try wait(for: here, there) { target.takeEvents().contains(.text("a text")) }
        #expect(source.takeEvents().isEmpty)
    }
}

import CX11

/// The display's clipboard as UTF-8 text, both ways.
///
/// When another program takes the CLIPBOARD selection its text is fetched, without waiting, and `takeEvents()` gives it;
/// `setText` takes the selection ourselves and serves whoever pastes, until another program takes it. Large texts go in
/// parts (INCR, ICCCM section 2.7.2). Both ways texts of more than `byteLimit` bytes are refused.
public final class Clipboard: DisplayClient, EventHandler {
    public let connection: DisplayConnection

    /// Greatest text in bytes of UTF-8.
    public let byteLimit: Int

    private let window: Window
    private let atoms: ClipboardAtoms
    private var events = BoundedEvents<ClipboardEvent>(limit: 8)
    private var incoming: [UInt8]?
    private var outgoing: [OutgoingTransfer] = []
    private var ownText: [UInt8]?
    private var ownSince: Time = 0

    /// Parts of this size go in one request; larger texts in several.
    static let partSize = 64 * 1024

    /// At most so many programs are served large texts at once; the one that has waited longest is given up.
    static let transferLimit = 16

    public init(connection: DisplayConnection, byteLimit: Int = 4 << 20) throws(DisplayFailure) {
        try connection.require(.fixes)
        self.connection = connection
        self.byteLimit = max(0, byteLimit)
        atoms = ClipboardAtoms(connection)
        let display = connection.display
        window = XCreateSimpleWindow(display, connection.root, -1, -1, 1, 1, 0, 0, 0)
        XSelectInput(display, window, PropertyChangeMask)
        XFixesSelectSelectionInput(
            display, window, atoms.clipboard, UInt(XFixesSetSelectionOwnerNotifyMask))
        connection.addHandler(self)
        try connection.synchronise()
    }

    deinit {
        guard connection.isAlive else { return }
        XDestroyWindow(connection.display, window)
        connection.flush()
    }

    /// What happened since the last call.
    public func takeEvents() -> [ClipboardEvent] { events.take() }

    /// Asks for the text that is there now, as at a session's start; it comes as an event.
    public func fetch() throws(DisplayFailure) {
        try connection.checkAlive()
        if ownText == nil { request() }
    }

    /// Puts a text into the clipboard, for every program on the display to paste.
    public func setText(_ text: String) throws(DisplayFailure) {
        try connection.checkAlive()
        let bytes = Array(text.utf8)
        guard bytes.count <= byteLimit else { throw .limitExceeded("a clipboard of \(bytes.count) bytes") }
        ownText = bytes
        incoming = nil
        XSetSelectionOwner(connection.display, atoms.clipboard, window, Time(CurrentTime))
        connection.flush()
    }

    func handle(_ event: XEvent) {
        if let base = connection.events(of: .fixes)?.eventBase, event.type == base + XFixesSelectionNotify {
            ownerChanged(event)
            return
        }
        switch event.type {
        case SelectionNotify where event.xselection.requestor == window: selectionArrived(event.xselection)
        case SelectionRequest where event.xselectionrequest.owner == window: serve(event.xselectionrequest)
        case SelectionClear where event.xselectionclear.window == window: ownText = nil
        case PropertyNotify: propertyChanged(event.xproperty)
        case DestroyNotify: outgoing.removeAll { $0.window == event.xdestroywindow.window }
        default: break
        }
    }
}

// MARK: From other programs

extension Clipboard {
    private func ownerChanged(_ event: XEvent) {
        let change = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XFixesSelectionNotifyEvent.self) }
        guard change.selection == atoms.clipboard else { return }
        if change.owner == window {
            ownSince = change.selection_timestamp
        } else if change.owner != 0 {
            ownText = nil
            request()
        }
    }

    private func request() {
        incoming = nil
        XConvertSelection(
            connection.display, atoms.clipboard, atoms.utf8, atoms.transfer, window, Time(CurrentTime))
        connection.flush()
    }

    private func selectionArrived(_ event: XSelectionEvent) {
        // No property: the owner has no text.
        guard event.property == atoms.transfer, event.selection == atoms.clipboard else { return }
        guard let part = takePart() else { return }
        if part.type == atoms.incremental {
            // Its deletion by reading started the transfer of parts.
            incoming = []
        } else if part.format == 8 {
            if part.remainingByteCount > 0 { refuseLarge() } else { finish(part.bytes) }
        }
    }

    private func propertyChanged(_ event: XPropertyEvent) {
        if event.window == window, event.atom == atoms.transfer, event.state == PropertyNewValue {
            partArrived()
        } else if event.state == PropertyDelete {
            sendNextPart(to: event.window, property: event.atom)
        }
    }

    private func partArrived() {
        guard var bytes = incoming, let part = takePart(), part.type != atoms.incremental, part.format == 8 else {
            return
        }
        if part.bytes.isEmpty {
            incoming = nil
            finish(bytes)
        } else if part.remainingByteCount > 0 || bytes.count + part.bytes.count > byteLimit {
            incoming = nil
            refuseLarge()
        } else {
            bytes.append(contentsOf: part.bytes)
            incoming = bytes
        }
    }

    private func takePart() -> WindowProperty? {
        connection.property(atoms.transfer, of: window, type: 0, byteLimit: byteLimit, isDeleted: true)
    }

    private func refuseLarge() {
        XDeleteProperty(connection.display, window, atoms.transfer)
        connection.flush()
        events.append(.tooLarge)
    }

    private func finish(_ bytes: [UInt8]) {
        guard bytes.count <= byteLimit else { return events.append(.tooLarge) }
        events.append(.text(String(decoding: bytes, as: UTF8.self)))
    }
}

// MARK: To other programs

extension Clipboard {
    /// A large text on its way to one program.
    struct OutgoingTransfer {
        var window: Window
        var property: Atom
        var type: Atom
        var bytes: [UInt8]
        var sentCount = 0
    }

    private func serve(_ request: XSelectionRequestEvent) {
        // Old programs name no property (ICCCM section 2.2).
        let property = request.property == 0 ? request.target : request.property
        let isServed = request.selection == atoms.clipboard && provide(request.target, request.requestor, property)
        var answer = XEvent()
        answer.xselection.type = SelectionNotify
        answer.xselection.requestor = request.requestor
        answer.xselection.selection = request.selection
        answer.xselection.target = request.target
        answer.xselection.property = isServed ? property : 0
        answer.xselection.time = request.time
        XSendEvent(connection.display, request.requestor, 0, 0, &answer)
        connection.flush()
    }

    private func provide(_ target: Atom, _ requestor: Window, _ property: Atom) -> Bool {
        guard let ownText else { return false }
        switch target {
        case atoms.targets:
            let targets = [atoms.targets, atoms.timestamp, atoms.utf8, atoms.plainUTF8, atoms.text]
            change(requestor, property, beeline_atom_atom(), targets.map { Int(bitPattern: $0) })
        case atoms.timestamp:
            change(requestor, property, beeline_atom_integer(), [Int(bitPattern: ownSince)])
        case atoms.utf8, atoms.plainUTF8: return provide(ownText, target, requestor, property)
        case atoms.text: return provide(ownText, atoms.utf8, requestor, property)
        default: return false
        }
        return true
    }

    private func provide(_ text: [UInt8], _ type: Atom, _ requestor: Window, _ property: Atom) -> Bool {
        if text.count <= Self.partSize {
            change(requestor, property, type, text)
            return true
        }
        XSelectInput(connection.display, requestor, PropertyChangeMask | StructureNotifyMask)
        outgoing.removeAll { $0.window == requestor && $0.property == property }
        if outgoing.count >= Self.transferLimit { outgoing.removeFirst() }
        outgoing.append(OutgoingTransfer(window: requestor, property: property, type: type, bytes: text))
        change(requestor, property, atoms.incremental, [text.count])
        return true
    }

    /// The program has taken a part: the next one, or an empty one that says that it was the last.
    private func sendNextPart(to requestor: Window, property: Atom) {
        guard let index = outgoing.firstIndex(where: { $0.window == requestor && $0.property == property }) else {
            return
        }
        let transfer = outgoing[index]
        let end = min(transfer.sentCount + Self.partSize, transfer.bytes.count)
        change(requestor, property, transfer.type, Array(transfer.bytes[transfer.sentCount..<end]))
        outgoing[index].sentCount = end
        if transfer.sentCount == end {
            outgoing.remove(at: index)
            if !outgoing.contains(where: { $0.window == requestor }) {
                XSelectInput(connection.display, requestor, 0)
            }
        }
        connection.flush()
    }

    private func change(_ requestor: Window, _ property: Atom, _ type: Atom, _ bytes: [UInt8]) {
        XChangeProperty(
            connection.display, requestor, property, type, 8, PropModeReplace, bytes, Int32(bytes.count))
    }

    /// Items of 32 bits, which Xlib takes as longs.
    private func change(_ requestor: Window, _ property: Atom, _ type: Atom, _ items: [Int]) {
        items.withUnsafeBytes { bytes in
            _ = XChangeProperty(
                connection.display, requestor, property, type, 32, PropModeReplace,
                bytes.bindMemory(to: UInt8.self).baseAddress, Int32(items.count))
        }
    }
}

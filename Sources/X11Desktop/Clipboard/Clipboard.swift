import CX11

/// One of the display's selections as UTF-8 text or as a list of files, both ways.
///
/// When another program takes the selection its text is fetched, without waiting, and `takeEvents()` gives it;
/// `setText` takes the selection ourselves and serves whoever pastes, until another program takes it. Large texts go in
/// parts (INCR, ICCCM section 2.7.2). Both ways texts of more than `byteLimit` bytes are refused.
public final class Clipboard: DisplayClient, EventHandler {
    public let connection: DisplayConnection

    public let selection: ClipboardSelection

    /// Greatest text in bytes of UTF-8.
    public let byteLimit: Int

    /// Whether texts of other programs are fetched; without, only our own is given.
    public var isFollowing = true

    /// Whether, of files that another program has copied, their list is fetched and not their names as a text.
    public var followsFiles = false

    let window: Window
    let atoms: ClipboardAtoms
    var events = BoundedEvents<ClipboardEvent>(limit: 32)
    var incoming: [UInt8]?
    /// The target that was asked for last, of what comes.
    var arriving: Atom = 0
    var outgoing: [OutgoingTransfer] = []
    var waiting: [WaitingPaste] = []
    var own: OwnSelection?
    /// How often the selection was taken without the server having said so yet: what it says until then was before.
    var unconfirmedCount = 0
    var ownSince: Time = 0

    /// The text that the selection holds, whoever put it there, as far as is known: what may be another one by now stays
    /// here until that has come. `nil` also while texts of other programs are not fetched.
    public internal(set) var text: String?

    /// Parts of this size go in one request; larger texts in several.
    static let partSize = 64 * 1024

    /// At most so many programs are served large texts at once; the one that has waited longest is given up.
    static let transferLimit = 16

    public init(
        connection: DisplayConnection, selection: ClipboardSelection = .clipboard, byteLimit: Int = 4 << 20
    ) throws(DisplayFailure) {
        try connection.require(.fixes)
        self.connection = connection
        self.selection = selection
        self.byteLimit = max(0, byteLimit)
        atoms = ClipboardAtoms(selection, connection)
        let display = connection.display
        window = XCreateSimpleWindow(display, connection.root, -1, -1, 1, 1, 0, 0, 0)
        XSelectInput(display, window, PropertyChangeMask)
        XFixesSelectSelectionInput(
            display, window, atoms.selection,
            UInt(
                XFixesSetSelectionOwnerNotifyMask | XFixesSelectionWindowDestroyNotifyMask
                    | XFixesSelectionClientCloseNotifyMask))
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
        if own == nil { request(atoms.utf8) }
    }

    /// Puts a text into the clipboard, for every program on the display to paste.
    public func setText(_ text: String) throws(DisplayFailure) {
        try connection.checkAlive()
        let bytes = Array(text.utf8)
        guard bytes.count <= byteLimit else { throw .limitExceeded("a clipboard of \(bytes.count) bytes") }
        take(.text(bytes))
        self.text = text
    }

    func take(_ content: OwnSelection) {
        own = content
        text = nil
        incoming = nil
        unconfirmedCount += 1
        XSetSelectionOwner(connection.display, atoms.selection, window, Time(CurrentTime))
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
        case PropertyNotify: propertyChanged(event.xproperty)
        case DestroyNotify:
            outgoing.removeAll { $0.window == event.xdestroywindow.window }
            waiting.removeAll { $0.request.requestor == event.xdestroywindow.window }
        default: break
        }
    }
}

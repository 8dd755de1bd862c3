import CX11
import Glibc

/// One connection to an X server, shared by every object that works on that display.
///
/// Everything runs on one thread, in an event loop that someone else owns: wait until `fileDescriptor` is readable,
/// then call `processPendingEvents()`, then ask the objects (`ScreenCapture.hasDamage`, `ViewerWindow.takeEvents()`
/// ...). Xlib reads events into its own buffer whenever it waits for a reply, so a readable descriptor alone does not
/// tell of them: **call `processPendingEvents()` also after every batch of calls into this module, before waiting.**
///
/// The server's death never ends the process: `isAlive` turns false, and every throwing call throws
/// `DisplayFailure.connectionLost`. Requests that the server refuses are counted in `refusedRequests`.
public final class DisplayConnection {
    /// The greatest side of a screen or a window, in pixels: the protocol's coordinates are signed 16-bit numbers.
    public static let sideLimit = 32_767

    let display: OpaquePointer
    let health: DisplayHealth
    let screen: Int32
    let root: Window
    /// Events of the keyboard extension have this type; -1 where there is none.
    let keyboardEventBase: Int32
    private var extensions: [DisplayExtension: ExtensionEvents] = [:]
    private var handlers: [WeakEventHandler] = []
    private var processedEvents = 0

    /// Connects to a display.
    /// - Parameter name: such as `:0`; `nil` means the environment's DISPLAY.
    public init(name: String? = nil) throws(DisplayFailure) {
        DisplayHealthRegistry.prepare()
        guard let display = XOpenDisplay(name) else {
            throw .cannotOpen(name: name ?? getenv("DISPLAY").map { String(cString: $0) })
        }
        self.display = display
        health = DisplayHealthRegistry.register(display)
        screen = XDefaultScreen(display)
        root = XRootWindow(display, screen)
        keyboardEventBase = Self.followKeyboardMap(display)
        for candidate in DisplayExtension.allCases { extensions[candidate] = ExtensionEvents(candidate, on: display) }
    }

    deinit {
        XCloseDisplay(display)
        DisplayHealthRegistry.unregister(display)
    }

    /// For the event loop: readable when the server sent something.
    public var fileDescriptor: Int32 { XConnectionNumber(display) }

    /// Whether the server is still there, as far as anything has noticed.
    public var isAlive: Bool { !health.isLost }

    /// How many requests the server refused; a few are normal (windows of others vanish at any time).
    public var refusedRequests: Int { health.errorCount }

    /// How many events came in so far: stands still while nothing moves.
    public var eventCount: Int { processedEvents }

    /// The display's name, as the server is addressed.
    public var name: String { String(cString: XDisplayString(display)) }

    /// Which of these the server lacks, in their order.
    public func missing(_ wanted: [DisplayExtension]) -> [DisplayExtension] { wanted.filter { extensions[$0] == nil } }

    /// Throws when the server lacks one of these.
    public func require(_ wanted: DisplayExtension...) throws(DisplayFailure) {
        if let missing = missing(wanted).first { throw .missingExtension(missing) }
    }

    /// Sends what is buffered, takes every event that has arrived, and gives it to the objects on this connection.
    /// Never blocks.
    ///
    /// - Returns: whether there were any.
    @discardableResult
    public func processPendingEvents() throws(DisplayFailure) -> Bool {
        let before = processedEvents
        // XPending also flushes the output and reads what the socket holds.
        while !health.isLost, XPending(display) > 0, !health.isLost {
            var event = XEvent()
            XNextEvent(display, &event)
            if health.isLost { break }
            processedEvents += 1
            dispatch(&event)
        }
        try checkAlive()
        return processedEvents != before
    }

    /// Waits until the server has done everything asked of it: one round trip.
    func synchronise() throws(DisplayFailure) {
        try checkAlive()
        XSync(display, 0)
        try checkAlive()
    }

    /// Sends what is buffered, without waiting.
    func flush() {
        if isAlive { XFlush(display) }
    }

    func checkAlive() throws(DisplayFailure) {
        if health.isLost { throw .connectionLost }
    }

    /// Runs requests and tells whether the server accepted all of them: one round trip before, one after.
    func accepts(_ requests: () -> Void) -> Bool {
        guard isAlive else { return false }
        XSync(display, 0)
        let before = health.errorCount
        requests()
        guard isAlive else { return false }
        XSync(display, 0)
        return isAlive && health.errorCount == before
    }

    func atom(_ name: String) -> Atom { isAlive ? XInternAtom(display, name, 0) : 0 }

    func events(of wanted: DisplayExtension) -> ExtensionEvents? { extensions[wanted] }

    /// From now on `handler` sees every event; it is not kept alive.
    func addHandler(_ handler: any EventHandler) {
        handlers.removeAll { $0.handler == nil }
        handlers.append(WeakEventHandler(handler: handler))
    }

    private func dispatch(_ event: inout XEvent) {
        if event.type == MappingNotify { XRefreshKeyboardMapping(&event.xmapping) }
        if event.type == keyboardEventBase { refreshKeyboardMap(event) }
        if let resize = extensions[.resize], event.type == resize.eventBase + RRScreenChangeNotify {
            XRRUpdateConfiguration(&event)
        }
        for index in handlers.indices { handlers[index].handler?.handle(event) }
    }

    /// A new layout comes as an event of the keyboard extension, not as a MappingNotify, once Xlib uses the extension.
    private static func followKeyboardMap(_ display: OpaquePointer) -> Int32 {
        var (opcode, eventBase, errorBase): (Int32, Int32, Int32) = (0, 0, 0)
        var (major, minor) = (Int32(XkbMajorVersion), Int32(XkbMinorVersion))
        guard XkbQueryExtension(display, &opcode, &eventBase, &errorBase, &major, &minor) != 0 else { return -1 }
        let maps = UInt32(XkbMapNotifyMask | XkbNewKeyboardNotifyMask)
        XkbSelectEvents(display, UInt32(XkbUseCoreKbd), maps, maps)
        return eventBase
    }

    private func refreshKeyboardMap(_ event: XEvent) {
        var change = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XkbMapNotifyEvent.self) }
        if change.xkb_type == XkbMapNotify || change.xkb_type == XkbNewKeyboardNotify {
            XkbRefreshKeyboardMapping(&change)
        }
    }
}

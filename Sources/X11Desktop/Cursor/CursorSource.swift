import CX11

/// The host's mouse cursor: its shape when it changes (XFixes), its position when asked.
public final class CursorSource: DisplayClient, EventHandler {
    public let connection: DisplayConnection
    private var isChanged = true

    public init(connection: DisplayConnection) throws(DisplayFailure) {
        try connection.require(.fixes)
        self.connection = connection
        XFixesSelectCursorInput(connection.display, connection.root, UInt(XFixesDisplayCursorNotifyMask))
        connection.addHandler(self)
        try connection.synchronise()
    }

    /// Whether `takeImage()` would give a shape (after `processPendingEvents()`); true at first.
    public var hasChange: Bool { isChanged }

    /// Makes the next `takeImage()` give the shape again, as for a new viewer.
    public func invalidate() { isChanged = true }

    /// The shape, when it changed since the last call; an arrow when the server does not give it. One round trip when it
    /// changed, none otherwise.
    /// - Parameter sideLimit: a larger shape is made smaller, by halves; at most `CursorImage.sideLimit`.
    public func takeImage(sideLimit: Int = CursorImage.sideLimit) throws(DisplayFailure) -> CursorImage? {
        try connection.checkAlive()
        guard isChanged else { return nil }
        isChanged = false
        let image = XFixesGetCursorImage(connection.display)
        try connection.checkAlive()
        // Of a program that has ended, such as xsetroot, the server does not let others read what it set.
        guard let image else { return .arrow }
        defer { XFree(image) }
        return CursorImage(image.pointee, sideLimit: sideLimit) ?? .arrow
    }

    /// Where the cursor is on the screen, in pixels. One round trip; nothing tells of its moves without asking.
    public func position() throws(DisplayFailure) -> (x: Int, y: Int) {
        try connection.checkAlive()
        var (rootWindow, child): (Window, Window) = (0, 0)
        var (rootX, rootY, windowX, windowY): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var mask: UInt32 = 0
        XQueryPointer(
            connection.display, connection.root, &rootWindow, &child, &rootX, &rootY, &windowX, &windowY, &mask)
        try connection.checkAlive()
        return (Int(rootX), Int(rootY))
    }

    func handle(_ event: XEvent) {
        guard let base = connection.events(of: .fixes)?.eventBase else { return }
        if event.type == base + XFixesCursorNotify { isChanged = true }
    }
}

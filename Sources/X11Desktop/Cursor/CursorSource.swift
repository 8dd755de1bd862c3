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

    /// The shape, when it changed since the last call; `nil` also when it is larger than `CursorImage.sideLimit`,
    /// an arrow when the server does not give it.
    /// One round trip when it changed, none otherwise.
    public func takeImage() throws(DisplayFailure) -> CursorImage? {
        try connection.checkAlive()
        guard isChanged else { return nil }
        isChanged = false
        let image = XFixesGetCursorImage(connection.display)
        try connection.checkAlive()
        // Of a program that has ended, such as xsetroot, the server does not let others read what it set.
        guard let image else { return .arrow }
        defer { XFree(image) }
        let width = Int(image.pointee.width)
        let height = Int(image.pointee.height)
        guard width <= CursorImage.sideLimit, height <= CursorImage.sideLimit, let words = image.pointee.pixels else {
            return nil
        }
        // Xlib keeps 32-bit items in longs.
        let pixels = (0..<width * height).map { UInt32(truncatingIfNeeded: words[$0]) }
        return CursorImage(
            width: width, height: height, hotspotX: min(Int(image.pointee.xhot), width - 1),
            hotspotY: min(Int(image.pointee.yhot), height - 1), pixels: pixels)
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

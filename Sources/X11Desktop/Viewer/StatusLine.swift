import CX11

/// A line of text over the lower left corner of a window, in a window of its own, so that the picture is painted around
/// it without a thought.
final class StatusLine {
    private let connection: DisplayConnection
    private let parent: Window
    private let context: GC
    private let font: UnsafeMutablePointer<XFontStruct>
    let window: Window
    private var text = ""
    private var parentHeight: Int

    private static let margin = 6
    /// Longer is cut off: no status has so much to say.
    private static let lengthLimit = 256

    /// `nil` when the server has no font, not even the one that each has (X11 protocol: "fixed").
    init?(on parent: Window, parentHeight: Int, connection: DisplayConnection) {
        let display = connection.display
        guard connection.isAlive,
            let font = XLoadQueryFont(display, "9x15") ?? XLoadQueryFont(display, "fixed")
        else { return nil }
        let (black, white) = (XBlackPixel(display, connection.screen), XWhitePixel(display, connection.screen))
        window = XCreateSimpleWindow(display, parent, 0, 0, 1, 1, 0, black, black)
        guard let context = XCreateGC(display, window, 0, nil) else {
            XDestroyWindow(display, window)
            XFreeFont(display, font)
            return nil
        }
        XSetForeground(display, context, white)
        XSetFont(display, context, font.pointee.fid)
        XSelectInput(display, window, ExposureMask)
        self.connection = connection
        self.parent = parent
        self.context = context
        self.font = font
        self.parentHeight = parentHeight
    }

    deinit {
        guard connection.isAlive else { return }
        XFreeGC(connection.display, context)
        XFreeFont(connection.display, font)
        XDestroyWindow(connection.display, window)
        connection.flush()
    }

    func show(_ newText: String) {
        let newText = String(newText.prefix(Self.lengthLimit))
        guard newText != text else { return }
        text = newText
        place()
        XMapRaised(connection.display, window)
        draw()
        connection.flush()
    }

    /// The parent has another height.
    func follow(parentHeight: Int) {
        self.parentHeight = parentHeight
        place()
    }

    func draw() {
        let bytes = latin1.map { CChar(bitPattern: $0) }
        XClearWindow(connection.display, window)
        XDrawString(
            connection.display, window, context, Int32(Self.margin), font.pointee.ascent + Int32(Self.margin) / 2,
            bytes,
            Int32(bytes.count))
    }

    /// Core fonts are indexed by Latin-1.
    private var latin1: [UInt8] { text.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") } }

    private func place() {
        let bytes = latin1.map { CChar(bitPattern: $0) }
        let width = Int(XTextWidth(font, bytes, Int32(bytes.count))) + 2 * Self.margin
        let height = Int(font.pointee.ascent + font.pointee.descent) + Self.margin
        XMoveResizeWindow(
            connection.display, window, 0, Int32(max(0, parentHeight - height)), UInt32(max(1, width)), UInt32(height))
    }
}

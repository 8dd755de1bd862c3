import CX11

/// The window in which a viewer sees and works on the remote screen.
///
/// `present` paints what changed, 1:1 or scaled, and shows it through MIT-SHM; `takeEvents()` gives what the user did in
/// the remote screen's coordinates. After `.redrawNeeded` call `present` soon, with the newest pixels.
public final class ViewerWindow: DisplayClient, EventHandler {
    public let connection: DisplayConnection
    let window: Window
    let context: GC
    let atoms: WindowAtoms
    let format: PixelFormat
    let allowsSharedMemory: Bool
    var surface: WindowSurface
    var scaler: Scaler?
    var cursor: Cursor = 0
    var windowSize: (width: Int, height: Int)
    var sourceSize: (width: Int, height: Int)
    var needsFullPaint = true
    var needsClear = true
    var keys: [UInt8: UInt32] = [:]
    /// Keys of chords, whose repeats and release the host does not get either.
    var chordKeys: Set<UInt8> = []
    var statusLine: StatusLine?
    /// Where the window is when no window manager moves it.
    var origin = (x: 0, y: 0)
    var buttons: [Int] = []
    var events = BoundedEvents<ViewerEvent>(limit: 4_096)
    var restoredFrame: Rectangle?

    /// How the remote screen lies in the window now.
    public internal(set) var layout: ViewLayout

    /// Whether full screen was asked for.
    public internal(set) var isFullScreen = false

    /// Whether all keys, those of the window manager too (Super, Alt-Tab), come here while the window has the focus.
    public internal(set) var grabsKeyboard = false

    /// Whether pixels go through shared memory; false for a display across a network.
    public var usesSharedMemory: Bool { surface.isShared }

    /// Opens and shows a window.
    /// - Parameters:
    ///   - title: shown by the window manager.
    ///   - width, height: of the window's inside, in pixels; cut to the screen's size.
    public init(
        connection: DisplayConnection, title: String, width: Int, height: Int, allowsSharedMemory: Bool = true
    ) throws(DisplayFailure) {
        try connection.checkAlive()
        let display = connection.display
        let screen = connection.screen
        format = try PixelFormat(
            visual: XDefaultVisual(display, screen), depth: XDefaultDepth(display, screen), on: display)
        let size = (
            width: min(max(1, width), Int(XDisplayWidth(display, screen))),
            height: min(max(1, height), Int(XDisplayHeight(display, screen)))
        )
        let black = XBlackPixel(display, screen)
        window = XCreateSimpleWindow(
            display, connection.root, 0, 0, UInt32(size.width), UInt32(size.height), 0, black, black)
        guard let context = XCreateGC(display, window, 0, nil) else { throw .outOfMemory }
        self.context = context
        self.connection = connection
        self.allowsSharedMemory = allowsSharedMemory
        atoms = WindowAtoms(connection)
        surface = try WindowSurface(
            connection: connection, width: size.width, height: size.height, allowsSharedMemory: allowsSharedMemory)
        windowSize = size
        sourceSize = (width, height)
        layout = ViewLayout(
            sourceWidth: width, sourceHeight: height, windowWidth: size.width, windowHeight: size.height)
        connection.addHandler(self)
        setUp(title: title)
        try connection.synchronise()
    }

    deinit {
        guard connection.isAlive else { return }
        if cursor != 0 { XFreeCursor(connection.display, cursor) }
        XFreeGC(connection.display, context)
        XDestroyWindow(connection.display, window)
        connection.flush()
    }

    /// The window's identifier, for tools such as xdotool.
    public var identifier: UInt { window }

    /// What the user did since the last call, in order.
    public func takeEvents() -> [ViewerEvent] { events.take() }

    /// Shows the remote screen where it changed.
    /// - Parameters:
    ///   - pixels: words with blue in the low byte, then green and red; the high byte is ignored.
    ///   - width, height: of the remote screen; a change makes a new layout.
    ///   - stride: words from one row to the next; `nil` means `width`.
    ///   - damage: what changed since the last call; everything is painted anyway when the window needs it.
    public func present(
        _ pixels: Span<UInt32>, width: Int, height: Int, stride: Int? = nil, damage: [Rectangle]
    ) throws(DisplayFailure) {
        try connection.checkAlive()
        let stride = stride ?? width
        let sides = 1...DisplayConnection.sideLimit
        guard sides.contains(width), sides.contains(height), stride >= width, stride <= 4 * DisplayConnection.sideLimit,
            pixels.count >= stride * (height - 1) + width
        else { throw .limitExceeded("a picture of \(width)x\(height) pixels in \(pixels.count) words") }
        if sourceSize != (width, height) {
            sourceSize = (width, height)
            updateLayout()
        }
        try prepareSurface()
        let rectangles = paintedRectangles(for: damage)
        guard !rectangles.isEmpty else { return }
        try surface.settle()
        for rectangle in rectangles { paint(rectangle, from: pixels, stride: stride) }
        if needsClear { clearMargins() }
        for (index, rectangle) in rectangles.enumerated() {
            surface.put(rectangle, on: window, with: context, isLast: index == rectangles.count - 1)
        }
        needsFullPaint = false
        connection.flush()
    }

    /// Shows a text in the window's title bar, such as the session's state.
    public func setTitle(_ title: String) {
        guard connection.isAlive else { return }
        let bytes = Array(title.utf8.prefix(1_024))
        XChangeProperty(
            connection.display, window, atoms.name, atoms.utf8, 8, PropModeReplace, bytes, Int32(bytes.count))
        XStoreName(connection.display, window, title)
        connection.flush()
    }

    /// Gives the pointer over the window the remote cursor's shape, so that it follows the hand at once.
    ///
    /// Without the Render extension it has two colours and no half transparency: pixels that are at least half opaque
    /// count, dark ones in the mean colour of the dark, light ones in that of the light. `nil` hides the pointer.
    /// - Parameter allowsColour: whether to use the Render extension where it is.
    public func setCursor(_ image: CursorImage?, allowsColour: Bool = true) throws(DisplayFailure) {
        try connection.checkAlive()
        let colourful = allowsColour ? image.flatMap { ColourCursor.make($0, on: connection) } : nil
        let newCursor = colourful ?? TwoColourCursor(image).make(on: connection)
        XDefineCursor(connection.display, window, newCursor)
        if cursor != 0 { XFreeCursor(connection.display, cursor) }
        cursor = newCursor
        connection.flush()
    }

    /// Shows a line of text over the lower left corner, or takes it away with `nil`.
    public func setStatus(_ text: String?) throws(DisplayFailure) {
        try connection.checkAlive()
        guard let text else {
            statusLine = nil
            return
        }
        if statusLine == nil {
            statusLine = StatusLine(on: window, parentHeight: windowSize.height, connection: connection)
        }
        statusLine?.show(text)
    }

    /// Whether a status line is shown.
    public var hasStatus: Bool { statusLine != nil }

    /// Enters or leaves full screen: by the window manager where one is (EWMH), else by moving the window ourselves.
    /// - Parameter monitor: which monitor to fill (`DisplayConnection.monitors()`); `nil` means the one that the window
    ///   is on, as the window manager sees it, or the first.
    public func setFullScreen(_ wanted: Bool, on monitor: Monitor? = nil) throws(DisplayFailure) {
        try connection.checkAlive()
        guard wanted != isFullScreen else { return }
        isFullScreen = wanted
        if hasWindowManager() {
            if wanted, let area = monitor?.area {
                XMoveWindow(connection.display, window, Int32(area.x), Int32(area.y))
            }
            askForFullScreen(wanted)
        } else {
            let area = if let monitor { monitor.area } else { try ownMonitor() }
            moveForFullScreen(wanted, to: area)
        }
        connection.flush()
    }

    /// Takes all keys while the window has the focus, or no longer. The grab is tried again whenever focus comes back.
    public func setKeyboardGrab(_ wanted: Bool) throws(DisplayFailure) {
        try connection.checkAlive()
        guard wanted != grabsKeyboard else { return }
        grabsKeyboard = wanted
        if wanted { grabKeyboard() } else { XUngrabKeyboard(connection.display, Time(CurrentTime)) }
        connection.flush()
    }

    func handle(_ event: XEvent) {
        if let base = connection.events(of: .sharedMemory)?.eventBase, event.type == base + ShmCompletion {
            noteCompletion(event)
            return
        }
        if event.type == Expose, event.xexpose.window == statusLine?.window, event.xexpose.count == 0 {
            statusLine?.draw()
            connection.flush()
            return
        }
        guard event.xany.window == window else { return }
        switch event.type {
        case KeyPress: keyPressed(event.xkey)
        case KeyRelease: keyReleased(event.xkey)
        case ButtonPress: buttonPressed(event.xbutton)
        case ButtonRelease: buttonReleased(event.xbutton)
        case MotionNotify: pointerMoved(x: Int(event.xmotion.x), y: Int(event.xmotion.y))
        case FocusIn, FocusOut: focusChanged(event.xfocus)
        case ConfigureNotify: sizeChanged(event.xconfigure)
        case Expose: exposed(event.xexpose)
        case ClientMessage: messageReceived(event.xclient)
        default: break
        }
    }
}

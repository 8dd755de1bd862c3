import CX11

/// The window in which a viewer sees and works on the remote screen.
///
/// `present` paints what changed, 1:1 or scaled, and shows it through MIT-SHM; `takeEvents()` gives what the user did in
/// the remote screen's coordinates. After `.redrawNeeded` call `present` soon, with the newest pixels.
public final class ViewerWindow: DisplayClient, EventHandler {
    public let connection: DisplayConnection
    private let window: Window
    private let context: GC
    private let atoms: WindowAtoms
    private let format: PixelFormat
    private var surface: WindowSurface
    private var scaler: Scaler?
    private var cursor: Cursor = 0
    private var pan = (x: 0.0, y: 0.0)
    private var windowSize: (width: Int, height: Int)
    private var sourceSize: (width: Int, height: Int)
    private var needsFullPaint = true
    private var needsClear = true
    private var keys: [UInt8: UInt32] = [:]
    private var buttons: [Int] = []
    private var events = BoundedEvents<ViewerEvent>(limit: 4_096)
    private var restoredFrame: Rectangle?

    /// How the remote screen lies in the window now.
    public private(set) var layout: ViewLayout

    /// Whether full screen was asked for.
    public private(set) var isFullScreen = false

    /// Whether all keys, those of the window manager too (Super, Alt-Tab), come here while the window has the focus.
    public private(set) var grabsKeyboard = false

    /// Whether pixels go through shared memory; false for a display across a network.
    public var usesSharedMemory: Bool { surface.isShared }

    /// Greatest side of a remote screen or a window, in pixels: the protocol's coordinates are signed 16-bit numbers.
    public static let sideLimit = 32_767

    /// How the remote screen is fitted into the window.
    public var scaling: ViewScaling { didSet { updateLayout() } }

    /// Opens and shows a window.
    /// - Parameters:
    ///   - title: shown by the window manager.
    ///   - width, height: of the window's inside, in pixels; cut to the screen's size.
    public init(
        connection: DisplayConnection, title: String, width: Int, height: Int, scaling: ViewScaling = .fit,
        allowsSharedMemory: Bool = true
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
        self.scaling = scaling
        self.allowsSharedMemory = allowsSharedMemory
        atoms = WindowAtoms(connection)
        surface = try WindowSurface(
            connection: connection, width: size.width, height: size.height, allowsSharedMemory: allowsSharedMemory)
        windowSize = size
        sourceSize = (width, height)
        layout = ViewLayout(
            sourceWidth: width, sourceHeight: height, windowWidth: size.width, windowHeight: size.height,
            scaling: scaling)
        connection.addHandler(self)
        setUp(title: title)
        try connection.synchronise()
    }

    private let allowsSharedMemory: Bool

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
        let sides = 1...Self.sideLimit
        guard sides.contains(width), sides.contains(height), stride >= width, stride <= 4 * Self.sideLimit,
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
    /// The core protocol's cursors have two colours and no half transparency: pixels that are at least half opaque
    /// count, dark ones in the mean colour of the dark, light ones in that of the light. `nil` hides the pointer.
    public func setCursor(_ image: CursorImage?) throws(DisplayFailure) {
        try connection.checkAlive()
        let newCursor = TwoColourCursor(image).make(on: connection)
        XDefineCursor(connection.display, window, newCursor)
        if cursor != 0 { XFreeCursor(connection.display, cursor) }
        cursor = newCursor
        connection.flush()
    }

    /// Enters or leaves full screen: by the window manager where one is (EWMH), else by moving the window ourselves.
    public func setFullScreen(_ wanted: Bool) throws(DisplayFailure) {
        try connection.checkAlive()
        guard wanted != isFullScreen else { return }
        isFullScreen = wanted
        if hasWindowManager() { askForFullScreen(wanted) } else { moveForFullScreen(wanted) }
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

// MARK: Painting

extension ViewerWindow {
    private func setUp(title: String) {
        let display = connection.display
        let mask =
            KeyPressMask | KeyReleaseMask | ButtonPressMask | ButtonReleaseMask | PointerMotionMask
            | FocusChangeMask | StructureNotifyMask | ExposureMask
        XSelectInput(display, window, mask)
        var deleteWindow = atoms.deleteWindow
        XSetWMProtocols(display, window, &deleteWindow, 1)
        setTitle(title)
        setClass("beeline")
        // Held keys then repeat as presses only, without releases in between.
        XkbSetDetectableAutoRepeat(display, 1, nil)
        XMapWindow(display, window)
    }

    /// The name by which window managers and users' settings know the program's windows (ICCCM section 4.1.2.5).
    private func setClass(_ name: String) {
        name.withCString { name in
            let name = UnsafeMutablePointer(mutating: name)
            var hint = XClassHint(res_name: name, res_class: name)
            XSetClassHint(connection.display, window, &hint)
        }
    }

    private func updateLayout() {
        let newLayout = ViewLayout(
            sourceWidth: sourceSize.width, sourceHeight: sourceSize.height, windowWidth: windowSize.width,
            windowHeight: windowSize.height, scaling: scaling, panX: pan.x, panY: pan.y)
        guard newLayout != layout else { return }
        layout = newLayout
        scaler = nil
        needsClear = true
        requestRedraw()
    }

    private func requestRedraw() {
        needsFullPaint = true
        if events.last != .redrawNeeded { events.append(.redrawNeeded) }
    }

    /// Makes a surface of the window's size, if that changed.
    private func prepareSurface() throws(DisplayFailure) {
        guard surface.width != windowSize.width || surface.height != windowSize.height else { return }
        surface = try WindowSurface(
            connection: connection, width: windowSize.width, height: windowSize.height,
            allowsSharedMemory: allowsSharedMemory)
        needsFullPaint = true
        needsClear = true
    }

    private func paintedRectangles(for damage: [Rectangle]) -> [Rectangle] {
        if needsFullPaint { return [layout.visibleArea].filter { !$0.isEmpty } }
        return Rectangle.coalesced(
            damage.map { layout.windowRectangle(for: $0) }, limit: ScreenCapture.rectangleLimit)
    }

    private func paint(_ rectangle: Rectangle, from source: Span<UInt32>, stride: Int) {
        if layout.isUnscaled {
            copy(rectangle, from: source, stride: stride)
        } else {
            if scaler == nil { scaler = Scaler(layout) }
            scaler?.paint(
                rectangle, from: source, stride: stride, into: surface.pixels, windowStride: surface.width)
        }
        guard format != .standard else { return }
        for y in rectangle.y..<rectangle.bottom {
            let row = surface.pixels + y * surface.width
            for x in rectangle.x..<rectangle.right { row[x] = format.word(standard: row[x]) }
        }
    }

    private func copy(_ rectangle: Rectangle, from source: Span<UInt32>, stride: Int) {
        for y in rectangle.y..<rectangle.bottom {
            let start = (y - layout.area.y) * stride + rectangle.x - layout.area.x
            source.extracting(start..<start + rectangle.width).withUnsafeBufferPointer { row in
                guard let words = row.baseAddress else { return }
                (surface.pixels + y * surface.width + rectangle.x).update(from: words, count: row.count)
            }
        }
    }

    /// Black around a picture that does not fill the window.
    private func clearMargins() {
        needsClear = false
        let inside = layout.visibleArea
        let (width, height) = (surface.width, surface.height)
        let margins = [
            Rectangle(x: 0, y: 0, width: width, height: inside.y),
            Rectangle(x: 0, y: inside.bottom, width: width, height: height - inside.bottom),
            Rectangle(x: 0, y: inside.y, width: inside.x, height: inside.height),
            Rectangle(x: inside.right, y: inside.y, width: width - inside.right, height: inside.height),
        ]
        for margin in margins where !margin.isEmpty {
            for y in margin.y..<margin.bottom {
                (surface.pixels + y * width + margin.x).update(repeating: 0, count: margin.width)
            }
            surface.put(margin, on: window, with: context, isLast: false)
        }
    }

    private func exposed(_ event: XExposeEvent) {
        let part = Rectangle(x: Int(event.x), y: Int(event.y), width: Int(event.width), height: Int(event.height))
            .intersection(Rectangle(width: surface.width, height: surface.height))
        if !part.isEmpty, !needsFullPaint {
            surface.put(part, on: window, with: context, isLast: true)
            connection.flush()
        } else if needsFullPaint, event.count == 0 {
            requestRedraw()
        }
    }

    private func sizeChanged(_ event: XConfigureEvent) {
        let size = (width: max(1, Int(event.width)), height: max(1, Int(event.height)))
        guard size != windowSize, size.width <= Self.sideLimit, size.height <= Self.sideLimit else { return }
        windowSize = size
        events.append(.resized(width: size.width, height: size.height))
        updateLayout()
        requestRedraw()
    }

    private func noteCompletion(_ event: XEvent) {
        let segment = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XShmCompletionEvent.self).shmseg }
        surface.noteCompletion(of: segment)
    }
}

// MARK: Input

extension ViewerWindow {
    private func keyPressed(_ event: XKeyEvent) {
        let keycode = UInt8(truncatingIfNeeded: event.keycode)
        guard keys[keycode] == nil else { return }
        var event = event
        var keysym: KeySym = 0
        XLookupString(&event, nil, 0, &keysym, nil)
        guard keysym != 0 else { return }
        keys[keycode] = UInt32(truncatingIfNeeded: keysym)
        events.append(.key(keysym: UInt32(truncatingIfNeeded: keysym), isPressed: true))
    }

    /// The key goes up as what it went down as, whatever the modifiers say by now.
    private func keyReleased(_ event: XKeyEvent) {
        guard let keysym = keys.removeValue(forKey: UInt8(truncatingIfNeeded: event.keycode)) else { return }
        events.append(.key(keysym: keysym, isPressed: false))
    }

    private func buttonPressed(_ event: XButtonEvent) {
        let number = Int(event.button)
        guard layout.visibleArea.contains(x: Int(event.x), y: Int(event.y)) else { return }
        pointerMoved(x: Int(event.x), y: Int(event.y))
        switch number {
        case 4: events.append(.wheel(vertical: 1, horizontal: 0))
        case 5: events.append(.wheel(vertical: -1, horizontal: 0))
        case 6: events.append(.wheel(vertical: 0, horizontal: -1))
        case 7: events.append(.wheel(vertical: 0, horizontal: 1))
        default:
            buttons.append(number)
            events.append(.button(number: number, isPressed: true))
        }
    }

    private func buttonReleased(_ event: XButtonEvent) {
        let number = Int(event.button)
        guard buttons.contains(number) else { return }
        pointerMoved(x: Int(event.x), y: Int(event.y))
        buttons.removeAll { $0 == number }
        events.append(.button(number: number, isPressed: false))
    }

    private func pointerMoved(x: Int, y: Int) {
        if scaling == .original { followPointer(x: x, y: y) }
        let point = layout.sourcePoint(windowX: x, windowY: y)
        if case .pointerMoved = events.last {
            events.last = .pointerMoved(x: point.x, y: point.y)
        } else {
            events.append(.pointerMoved(x: point.x, y: point.y))
        }
    }

    /// Shows the part of a picture larger than the window towards which the pointer moves.
    private func followPointer(x: Int, y: Int) {
        guard !(sourceSize.width <= windowSize.width && sourceSize.height <= windowSize.height) else { return }
        pan = (
            x: Double(x) / Double(max(1, windowSize.width - 1)), y: Double(y) / Double(max(1, windowSize.height - 1))
        )
        updateLayout()
    }

    private func focusChanged(_ event: XFocusChangeEvent) {
        // Our own grab moves the focus in the protocol's eyes, not in the user's.
        guard event.mode != NotifyGrab && event.mode != NotifyUngrab || !grabsKeyboard else { return }
        if event.type == FocusIn {
            guard event.detail != NotifyPointer else { return }
            if grabsKeyboard { grabKeyboard() }
            events.append(.focused)
        } else {
            keys = [:]
            buttons = []
            events.append(.releaseAll)
        }
    }

    private func messageReceived(_ event: XClientMessageEvent) {
        guard event.message_type == atoms.protocols, event.format == 32 else { return }
        if Atom(truncatingIfNeeded: event.data.l.0) == atoms.deleteWindow { events.append(.closed) }
    }

    private func grabKeyboard() {
        XGrabKeyboard(connection.display, window, 0, GrabModeAsync, GrabModeAsync, Time(CurrentTime))
    }
}

// MARK: Full screen

extension ViewerWindow {
    /// Whether a window manager says that it is there (EWMH, _NET_SUPPORTING_WM_CHECK).
    private func hasWindowManager() -> Bool {
        let property = connection.property(
            atoms.supportingCheck, of: connection.root, type: beeline_atom_window(), byteLimit: 8, isDeleted: false)
        return property?.bytes.isEmpty == false
    }

    private func askForFullScreen(_ wanted: Bool) {
        var event = XEvent()
        event.xclient.type = ClientMessage
        event.xclient.window = window
        event.xclient.message_type = atoms.state
        event.xclient.format = 32
        // EWMH: 0 removes, 1 adds the state; source indication 1 is a normal application.
        event.xclient.data.l = (wanted ? 1 : 0, Int(atoms.fullScreen), 0, 1, 0)
        XSendEvent(connection.display, connection.root, 0, SubstructureRedirectMask | SubstructureNotifyMask, &event)
    }

    private func moveForFullScreen(_ wanted: Bool) {
        let display = connection.display
        if wanted {
            restoredFrame = Rectangle(width: windowSize.width, height: windowSize.height)
            XMoveResizeWindow(
                display, window, 0, 0, UInt32(XDisplayWidth(display, connection.screen)),
                UInt32(XDisplayHeight(display, connection.screen)))
            XRaiseWindow(display, window)
        } else if let frame = restoredFrame {
            XMoveResizeWindow(display, window, 0, 0, UInt32(frame.width), UInt32(frame.height))
            restoredFrame = nil
        }
    }
}

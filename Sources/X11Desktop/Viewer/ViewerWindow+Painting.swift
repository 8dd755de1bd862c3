import CX11

extension ViewerWindow {
    func setUp(title: String) {
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
    func setClass(_ name: String) {
        name.withCString { name in
            let name = UnsafeMutablePointer(mutating: name)
            var hint = XClassHint(res_name: name, res_class: name)
            XSetClassHint(connection.display, window, &hint)
        }
    }

    func updateLayout() {
        let newLayout = ViewLayout(
            sourceWidth: sourceSize.width, sourceHeight: sourceSize.height, windowWidth: windowSize.width,
            windowHeight: windowSize.height)
        guard newLayout != layout else { return }
        layout = newLayout
        scaler = nil
        needsClear = true
        requestRedraw()
    }

    func requestRedraw() {
        needsFullPaint = true
        if events.last != .redrawNeeded { events.append(.redrawNeeded) }
    }

    /// Makes a surface of the window's size, if that changed.
    func prepareSurface() throws(DisplayFailure) {
        guard surface.width != windowSize.width || surface.height != windowSize.height else { return }
        surface = try WindowSurface(
            connection: connection, width: windowSize.width, height: windowSize.height,
            allowsSharedMemory: allowsSharedMemory)
        needsFullPaint = true
        needsClear = true
    }

    func paintedRectangles(for damage: [Rectangle]) -> [Rectangle] {
        if needsFullPaint { return [layout.area].filter { !$0.isEmpty } }
        return Rectangle.coalesced(
            damage.map { layout.windowRectangle(for: $0) }, limit: ScreenCapture.rectangleLimit)
    }

    func paint(_ rectangle: Rectangle, from source: Span<UInt32>, stride: Int) {
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

    func copy(_ rectangle: Rectangle, from source: Span<UInt32>, stride: Int) {
        for y in rectangle.y..<rectangle.bottom {
            let start = (y - layout.area.y) * stride + rectangle.x - layout.area.x
            source.extracting(start..<start + rectangle.width).withUnsafeBufferPointer { row in
                guard let words = row.baseAddress else { return }
                (surface.pixels + y * surface.width + rectangle.x).update(from: words, count: row.count)
            }
        }
    }

    /// Black around a picture that does not fill the window.
    func clearMargins() {
        needsClear = false
        let inside = layout.area
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

    func exposed(_ event: XExposeEvent) {
        let part = Rectangle(x: Int(event.x), y: Int(event.y), width: Int(event.width), height: Int(event.height))
            .intersection(Rectangle(width: surface.width, height: surface.height))
        if !part.isEmpty, !needsFullPaint {
            surface.put(part, on: window, with: context, isLast: true)
            connection.flush()
        } else if needsFullPaint, event.count == 0 {
            requestRedraw()
        }
    }

    func sizeChanged(_ event: XConfigureEvent) {
        origin = (x: Int(event.x), y: Int(event.y))
        let size = (width: max(1, Int(event.width)), height: max(1, Int(event.height)))
        guard size != windowSize, max(size.width, size.height) <= DisplayConnection.sideLimit else { return }
        windowSize = size
        statusLine?.follow(parentHeight: size.height)
        events.append(.resized(width: size.width, height: size.height))
        updateLayout()
        requestRedraw()
    }

    func noteCompletion(_ event: XEvent) {
        let segment = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XShmCompletionEvent.self).shmseg }
        surface.noteCompletion(of: segment)
    }
}

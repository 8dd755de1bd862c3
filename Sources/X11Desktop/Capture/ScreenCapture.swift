import CX11

/// The pixels of a screen (or of one monitor or one window), kept up to date where the X server reports damage.
///
/// The server accumulates damage in a region and tells us once that it is not empty (`hasDamage`); nothing more comes
/// until we capture, so however busy the screen is, capturing at the pace of the path costs no wake-ups in between, and
/// a screen at rest costs nothing at all. `captureDamage()` empties the region, copies exactly what was in it into
/// memory shared with us, in place, and learns the rectangles: one round trip for everything.
///
///     if capture.hasDamage {
///         for rectangle in try capture.captureDamage() {
///             capture.withPixels { pixels, stride in encoder.update(from: pixels, stride: stride, damage: rectangle) }
///         }
///     }
///
/// Pixels are words with blue in the low byte, then green and red; the high byte is undefined. Where the server gives no
/// pixels for the moment (a captured window is not shown, the screen has just become smaller) a capture finds nothing
/// and an event will bring it back. A captured window's parts that others cover show, without shared pixmaps, those
/// others: share the whole screen, or windows on top.
public final class ScreenCapture: DisplayClient, EventHandler {
    public let connection: DisplayConnection
    private let drawable: Drawable
    private let isRoot: Bool
    /// Of the monitor, if it is only one.
    private let monitorName: String?
    private var area: Rectangle?
    /// Monitors may have changed.
    private var isAreaStale = false
    /// There is no such monitor now: nothing can be captured until there is.
    private var isMonitorGone = false
    private let limits: CaptureLimits
    private let requestedMethod: CaptureMethod?
    private let damage: Damage
    private let damageRegion: XserverRegion
    private var grabber: any PixelGrabber
    private var converter: PixelConverter?
    private var events = BoundedEvents<CaptureEvent>(limit: 64)
    private var needsWhole = true
    private var isDamaged = true
    private var pendingSize: (width: Int, height: Int)?
    private var isClosed = false
    /// The server refused pixels: a window that is not shown, a screen that has just become smaller. An event will tell
    /// when that may have changed.
    private var isRefused = false

    /// More rectangles than this are joined: each costs a little in every later room.
    static let rectangleLimit = 64

    /// Starts to follow a screen.
    /// - Parameters:
    ///   - window: a window's identifier; `nil` is the whole screen (the root window).
    ///   - monitor: the name of the one monitor whose part of the screen it is to be; it may go and come back.
    ///   - limits: a larger screen is refused, now and when it becomes so.
    ///   - method: how pixels come; `nil` is the fastest that the server allows.
    public init(
        connection: DisplayConnection, window: UInt? = nil, monitor: String? = nil,
        limits: CaptureLimits = CaptureLimits(), method: CaptureMethod? = nil
    ) throws(DisplayFailure) {
        try connection.require(.damage, .fixes)
        self.connection = connection
        drawable = window ?? connection.root
        isRoot = drawable == connection.root
        monitorName = window == nil ? monitor : nil
        self.limits = limits
        requestedMethod = method
        if let name = monitorName { area = try connection.area(ofMonitor: name) }
        (grabber, converter) = try Self.makeGrabber(connection, drawable, area, limits, method)
        damage = XDamageCreate(connection.display, drawable, XDamageReportNonEmpty)
        damageRegion = XFixesCreateRegion(connection.display, nil, 0)
        selectSizeEvents()
        connection.addHandler(self)
        try connection.synchronise()
    }

    deinit {
        guard connection.isAlive else { return }
        if !isClosed { XDamageDestroy(connection.display, damage) }
        XFixesDestroyRegion(connection.display, damageRegion)
        connection.flush()
    }

    /// In pixels, as of the last `.resized` event.
    public var width: Int { grabber.width }
    public var height: Int { grabber.height }

    /// How pixels come from the server.
    public var method: CaptureMethod { grabber.method }

    /// Whether `captureDamage()` would find something new (after `processPendingEvents()`).
    public var hasDamage: Bool { (isDamaged || needsWhole) && !isClosed && !isRefused && !isMonitorGone }

    /// The place on the screen of one of these pixels. One round trip for a window, none otherwise.
    public func screenPoint(x: Int, y: Int) throws(DisplayFailure) -> (x: Int, y: Int) {
        if let area { return (area.x + x, area.y + y) }
        guard !isRoot else { return (x, y) }
        var (screenX, screenY): (Int32, Int32) = (0, 0)
        var child: Window = 0
        XTranslateCoordinates(
            connection.display, drawable, connection.root, Int32(clamping: x), Int32(clamping: y), &screenX, &screenY,
            &child)
        try connection.checkAlive()
        return (Int(screenX), Int(screenY))
    }

    /// What happened since the last call.
    public func takeEvents() -> [CaptureEvent] { events.take() }

    /// Makes the next capture a whole one, as for a new viewer.
    public func invalidate() { needsWhole = true }

    /// Brings the pixels up to date and tells where they may have changed. One round trip.
    public func captureDamage() throws(DisplayFailure) -> [Rectangle] {
        try applyPendingSize()
        guard hasDamage else { return [] }
        if needsWhole { return try captureWhole() }
        isDamaged = false
        takeRegion()
        if let shared = grabber as? SharedPixmapGrabber {
            shared.copy(clippedTo: damageRegion)
            return convert(try fetchRegion())
        }
        let rectangles = try fetchRegion()
        return try grab(rectangles) ? rectangles : []
    }

    /// The pixels as last captured, and how many words one row takes.
    public func withPixels<Result, Failure: Error>(
        _ body: (_ pixels: Span<UInt32>, _ stride: Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let converter { return try body(converter.pixels.span, grabber.width) }
        let words = UnsafeBufferPointer(start: grabber.pixels, count: grabber.stride * grabber.height)
        return try body(words.span, grabber.stride)
    }

    func handle(_ event: XEvent) {
        if let base = connection.events(of: .damage)?.eventBase, event.type == base + XDamageNotify {
            noteDamage(event)
        } else if let base = connection.events(of: .resize)?.eventBase, event.type == base + RRScreenChangeNotify {
            noteScreenChange()
        } else if let base = connection.events(of: .resize)?.eventBase, event.type == base + RRNotify {
            noteMonitorChange()
        } else if event.type == ConfigureNotify, event.xconfigure.window == drawable {
            noteMonitorChange()
            noteSize(width: Int(event.xconfigure.width), height: Int(event.xconfigure.height))
        } else if event.type == DestroyNotify, event.xdestroywindow.window == drawable {
            isClosed = true
            events.append(.closed)
        } else if event.type == MapNotify, event.xmap.window == drawable {
            isRefused = false
        }
    }
}

extension ScreenCapture {
    private var bounds: Rectangle { Rectangle(width: grabber.width, height: grabber.height) }

    private func selectSizeEvents() {
        if isRoot, connection.events(of: .resize) != nil {
            let monitorEvents = monitorName == nil ? 0 : RRCrtcChangeNotifyMask | RROutputChangeNotifyMask
            XRRSelectInput(connection.display, drawable, Int32(RRScreenChangeNotifyMask | monitorEvents))
        }
        // The root's ConfigureNotify serves where RandR is missing.
        XSelectInput(connection.display, drawable, StructureNotifyMask)
    }

    private func noteDamage(_ event: XEvent) {
        let isOurs = withUnsafeBytes(of: event) { $0.loadUnaligned(as: XDamageNotifyEvent.self).damage == damage }
        guard isOurs else { return }
        isDamaged = true
        isRefused = false
    }

    /// Xlib's idea of the screen follows RandR events (`XRRUpdateConfiguration`), rotation included.
    private func noteScreenChange() {
        guard isRoot else { return }
        noteMonitorChange()
        noteSize(
            width: Int(XDisplayWidth(connection.display, connection.screen)),
            height: Int(XDisplayHeight(connection.display, connection.screen)))
    }

    private func noteMonitorChange() {
        guard monitorName != nil else { return }
        isAreaStale = true
        isMonitorGone = false
        needsWhole = true
    }

    private func noteSize(width: Int, height: Int) {
        isRefused = false
        guard monitorName == nil else { return }
        if width == grabber.width, height == grabber.height {
            pendingSize = nil
        } else {
            pendingSize = (width, height)
            needsWhole = true
        }
    }

    /// Looks where the monitor is now.
    private func followMonitor() throws(DisplayFailure) {
        guard isAreaStale, let monitorName else { return }
        isAreaStale = false
        guard let now = try connection.monitors().first(where: { $0.name == monitorName })?.area else {
            isMonitorGone = true
            return
        }
        if now != area { pendingSize = (now.width, now.height) }
        area = now
    }

    /// What was damaged, into a region of ours, from the corner of what is captured.
    private func takeRegion() {
        XDamageSubtract(connection.display, damage, XserverRegion(None), damageRegion)
        guard let area, area.x != 0 || area.y != 0 else { return }
        XFixesTranslateRegion(connection.display, damageRegion, Int32(-area.x), Int32(-area.y))
    }

    /// Makes buffers for a new size; the old ones serve until then.
    private func applyPendingSize() throws(DisplayFailure) {
        try connection.checkAlive()
        try followMonitor()
        guard pendingSize != nil, !isClosed else { return }
        needsWhole = true
        do {
            (grabber, converter) = try Self.makeGrabber(connection, drawable, area, limits, requestedMethod)
        } catch {
            // A window that ended in between: its event comes.
            guard case .refused = error else { throw error }
            isRefused = true
            return
        }
        pendingSize = nil
        isRefused = false
        events.append(.resized(width: grabber.width, height: grabber.height))
    }

    private func captureWhole() throws(DisplayFailure) -> [Rectangle] {
        XDamageSubtract(connection.display, damage, XserverRegion(None), XserverRegion(None))
        isDamaged = false
        needsWhole = false
        return try grab([bounds]) ? [bounds] : []
    }

    /// Whether the server gave the pixels. When it refuses, what was taken from its region is not forgotten.
    private func grab(_ rectangles: [Rectangle]) throws(DisplayFailure) -> Bool {
        guard !rectangles.isEmpty else { return true }
        do {
            try grabber.grab(rectangles)
        } catch {
            needsWhole = true
            guard case .refused = error else { throw error }
            isRefused = true
            return false
        }
        _ = convert(rectangles)
        return true
    }

    private func convert(_ rectangles: [Rectangle]) -> [Rectangle] {
        if converter != nil {
            for rectangle in rectangles { converter?.convert(rectangle, from: grabber.pixels, stride: grabber.stride) }
        }
        return rectangles
    }

    private func fetchRegion() throws(DisplayFailure) -> [Rectangle] {
        var count: Int32 = 0
        let list = XFixesFetchRegion(connection.display, damageRegion, &count)
        try connection.checkAlive()
        guard let list else { return [] }
        defer { XFree(list) }
        let rectangles = (0..<Int(max(0, count))).map { index in
            Rectangle(
                x: Int(list[index].x), y: Int(list[index].y), width: Int(list[index].width),
                height: Int(list[index].height)
            ).intersection(bounds)
        }
        return Rectangle.coalesced(rectangles, limit: Self.rectangleLimit)
    }

    private static func makeGrabber(
        _ connection: DisplayConnection, _ drawable: Drawable, _ area: Rectangle?, _ limits: CaptureLimits,
        _ method: CaptureMethod?
    ) throws(DisplayFailure) -> (any PixelGrabber, PixelConverter?) {
        let target = try CaptureTarget(drawable: drawable, area: area, connection: connection)
        try limits.check(width: target.width, height: target.height)
        let converter =
            target.format == .standard
            ? nil : PixelConverter(format: target.format, width: target.width, height: target.height)
        return (try makeGrabber(target, method), converter)
    }

    private static func makeGrabber(
        _ target: CaptureTarget, _ method: CaptureMethod?
    ) throws(DisplayFailure) -> any PixelGrabber {
        switch method {
        case .sharedPixmap:
            guard let grabber = SharedPixmapGrabber(target) else { throw .missingExtension(.sharedMemory) }
            return grabber
        case .sharedImage:
            guard let grabber = SharedImageGrabber(target) else { throw .missingExtension(.sharedMemory) }
            return grabber
        case .socket: return SocketGrabber(target)
        case nil:
            if let grabber = SharedPixmapGrabber(target) { return grabber }
            if let grabber = SharedImageGrabber(target) { return grabber }
            return SocketGrabber(target)
        }
    }
}

import CX11

/// A pixmap in shared memory, as large as the drawable: the server copies damaged areas to where they belong.
final class SharedPixmapGrabber: PixelGrabber {
    let method = CaptureMethod.sharedPixmap
    let width: Int
    let height: Int
    let stride: Int
    let pixels: UnsafeMutablePointer<UInt32>
    private let target: CaptureTarget
    private let segment: SharedSegment
    private let pixmap: Pixmap
    private let context: GC

    init?(_ target: CaptureTarget) {
        let display = target.connection.display
        var major: Int32 = 0
        var minor: Int32 = 0
        var hasPixmaps: Int32 = 0
        guard target.connection.missing([.sharedMemory]).isEmpty,
            XShmQueryVersion(display, &major, &minor, &hasPixmaps) != 0, hasPixmaps != 0,
            XShmPixmapFormat(display) == ZPixmap,
            let segment = SharedSegment(
                connection: target.connection, byteCount: target.width * target.height * MemoryLayout<UInt32>.stride)
        else { return nil }
        var pixmap: Pixmap = 0
        let isAccepted = target.connection.accepts {
            pixmap = XShmCreatePixmap(
                display, target.drawable, segment.information.pointee.shmaddr, segment.information,
                UInt32(target.width), UInt32(target.height), target.depth)
        }
        guard isAccepted, let context = Self.makeContext(display, pixmap) else { return nil }
        self.target = target
        self.segment = segment
        self.pixmap = pixmap
        self.context = context
        width = target.width
        height = target.height
        stride = target.width
        pixels = segment.base.assumingMemoryBound(to: UInt32.self)
    }

    deinit {
        guard target.connection.isAlive else { return }
        XFreeGC(target.connection.display, context)
        XFreePixmap(target.connection.display, pixmap)
    }

    func grab(_ rectangles: [Rectangle]) throws(DisplayFailure) {
        XSetClipMask(target.connection.display, context, Pixmap(None))
        for rectangle in rectangles { copy(rectangle) }
        try target.connection.synchronise()
    }

    /// Copies what lies in a region of the server's, which counts from the target's corner; the pixels are there when the next reply is.
    func copy(clippedTo region: XserverRegion) {
        XFixesSetGCClipRegion(target.connection.display, context, 0, 0, region)
        copy(Rectangle(width: width, height: height))
    }

    private func copy(_ rectangle: Rectangle) {
        XCopyArea(
            target.connection.display, target.drawable, pixmap, context, Int32(target.x + rectangle.x),
            Int32(target.y + rectangle.y), UInt32(rectangle.width), UInt32(rectangle.height), Int32(rectangle.x),
            Int32(rectangle.y))
    }

    /// Windows on top belong to the picture; exposures of what cannot be copied are of no use.
    private static func makeContext(_ display: OpaquePointer, _ pixmap: Pixmap) -> GC? {
        var values = XGCValues()
        values.subwindow_mode = IncludeInferiors
        values.graphics_exposures = 0
        return XCreateGC(display, pixmap, UInt(GCSubwindowMode | GCGraphicsExposures), &values)
    }
}

import CX11

/// The pixels of a window, as large as the window, in memory shared with the server or else our own.
final class WindowSurface {
    let width: Int
    let height: Int
    let pixels: UnsafeMutablePointer<UInt32>
    private let connection: DisplayConnection
    private let segment: SharedSegment?
    private let image: UnsafeMutablePointer<XImage>
    /// Whether the server may still be reading what was put last.
    private(set) var isInFlight = false

    var isShared: Bool { segment != nil }

    init(
        connection: DisplayConnection, width: Int, height: Int, allowsSharedMemory: Bool
    ) throws(DisplayFailure) {
        let display = connection.display
        let visual = XDefaultVisual(display, connection.screen)
        let depth = UInt32(XDefaultDepth(display, connection.screen))
        let count = width * height
        let segment =
            allowsSharedMemory
            ? SharedSegment(connection: connection, byteCount: count * MemoryLayout<UInt32>.stride) : nil
        let image: UnsafeMutablePointer<XImage>?
        if let segment {
            image = XShmCreateImage(
                display, visual, depth, ZPixmap, segment.information.pointee.shmaddr, segment.information,
                UInt32(width), UInt32(height))
        } else {
            image = XCreateImage(display, visual, depth, ZPixmap, 0, nil, UInt32(width), UInt32(height), 32, 0)
        }
        guard let image else { throw .outOfMemory }
        self.connection = connection
        self.segment = segment
        self.image = image
        self.width = width
        self.height = height
        pixels = segment?.base.assumingMemoryBound(to: UInt32.self) ?? .allocate(capacity: count)
        pixels.initialize(repeating: 0, count: count)
        image.pointee.data = UnsafeMutableRawPointer(pixels).assumingMemoryBound(to: CChar.self)
    }

    deinit {
        image.pointee.data = nil
        beeline_destroy_image(image)
        if segment == nil { pixels.deallocate() }
    }

    /// Shows a part, which lies within the bounds. The pixels are not to be changed until `isInFlight` is false.
    func put(_ rectangle: Rectangle, on window: Window, with context: GC, isLast: Bool) {
        let (x, y) = (Int32(rectangle.x), Int32(rectangle.y))
        let (width, height) = (UInt32(rectangle.width), UInt32(rectangle.height))
        if segment != nil {
            XShmPutImage(
                connection.display, window, context, image, x, y, x, y, width, height, isLast ? 1 : 0)
            isInFlight = true
        } else {
            XPutImage(connection.display, window, context, image, x, y, x, y, width, height)
        }
    }

    /// Waits, if need be, until the pixels may be changed.
    func settle() throws(DisplayFailure) {
        if isInFlight { try connection.synchronise() }
        isInFlight = false
    }

    /// The server says that it has read what was put last.
    func noteCompletion(of identifier: ShmSeg) {
        if identifier == segment?.identifier { isInFlight = false }
    }
}

import CX11

/// XShmGetImage into shared memory, which writes a rectangle's rows close together, whatever the image's row length.
///
/// So a wide rectangle is taken as a band over the screen's full width, whose rows then lie where they belong; of a
/// narrow one only its own pixels are taken, into a second half of the segment, and copied to their place.
final class SharedImageGrabber: PixelGrabber {
    let method = CaptureMethod.sharedImage
    let width: Int
    let height: Int
    let stride: Int
    let pixels: UnsafeMutablePointer<UInt32>
    private let target: CaptureTarget
    private let segment: SharedSegment
    private let image: UnsafeMutablePointer<XImage>

    /// Each rectangle is a round trip: more than this are joined.
    private static let rectangleLimit = 8

    init?(_ target: CaptureTarget) {
        let byteCount = target.width * target.height * MemoryLayout<UInt32>.stride
        guard let segment = SharedSegment(connection: target.connection, byteCount: 2 * byteCount),
            let image = XShmCreateImage(
                target.connection.display, target.visual, target.depth, ZPixmap, nil, segment.information,
                UInt32(target.width), UInt32(target.height))
        else { return nil }
        self.target = target
        self.segment = segment
        self.image = image
        width = target.width
        height = target.height
        stride = target.width
        pixels = segment.base.assumingMemoryBound(to: UInt32.self)
    }

    deinit {
        image.pointee.data = nil
        beeline_destroy_image(image)
    }

    func grab(_ rectangles: [Rectangle]) throws(DisplayFailure) {
        for rectangle in Rectangle.coalesced(rectangles, limit: Self.rectangleLimit) {
            if rectangle.width * 2 >= width {
                let band = Rectangle(x: 0, y: rectangle.y, width: width, height: rectangle.height)
                try take(band, into: pixels + band.y * stride)
            } else {
                let scratch = pixels + stride * height
                try take(rectangle, into: scratch)
                copy(rectangle, from: scratch)
            }
        }
    }

    private func take(_ rectangle: Rectangle, into destination: UnsafeMutablePointer<UInt32>) throws(DisplayFailure) {
        image.pointee.width = Int32(rectangle.width)
        image.pointee.height = Int32(rectangle.height)
        image.pointee.bytes_per_line = Int32(rectangle.width * MemoryLayout<UInt32>.stride)
        image.pointee.data = UnsafeMutableRawPointer(destination).assumingMemoryBound(to: CChar.self)
        let display = target.connection.display
        let isTaken = XShmGetImage(
            display, target.drawable, image, Int32(target.x + rectangle.x), Int32(target.y + rectangle.y),
            UInt(UInt32.max))
        try target.connection.checkAlive()
        // A screen that has just become smaller refuses what lies outside; the event about it is on its way.
        guard isTaken != 0 else { throw .refused("the pixels of \(rectangle)") }
    }

    private func copy(_ rectangle: Rectangle, from scratch: UnsafeMutablePointer<UInt32>) {
        for row in 0..<rectangle.height {
            (pixels + (rectangle.y + row) * stride + rectangle.x)
                .update(from: scratch + row * rectangle.width, count: rectangle.width)
        }
    }
}

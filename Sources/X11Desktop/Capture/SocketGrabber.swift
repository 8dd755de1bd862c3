import CX11

/// XGetImage through the socket, for displays that share no memory with us.
final class SocketGrabber: PixelGrabber {
    let method = CaptureMethod.socket
    let width: Int
    let height: Int
    let stride: Int
    let pixels: UnsafeMutablePointer<UInt32>
    private let target: CaptureTarget

    /// Each rectangle is a round trip.
    private static let rectangleLimit = 8

    init(_ target: CaptureTarget) {
        self.target = target
        width = target.width
        height = target.height
        stride = target.width
        pixels = .allocate(capacity: max(1, width * height))
        pixels.initialize(repeating: 0, count: width * height)
    }

    deinit { pixels.deallocate() }

    func grab(_ rectangles: [Rectangle]) throws(DisplayFailure) {
        for rectangle in Rectangle.coalesced(rectangles, limit: Self.rectangleLimit) { try take(rectangle) }
    }

    private func take(_ rectangle: Rectangle) throws(DisplayFailure) {
        let image = XGetImage(
            target.connection.display, target.drawable, Int32(target.x + rectangle.x), Int32(target.y + rectangle.y),
            UInt32(rectangle.width), UInt32(rectangle.height), UInt(UInt32.max), ZPixmap)
        try target.connection.checkAlive()
        guard let image, let data = image.pointee.data else { throw .refused("the pixels of \(rectangle)") }
        defer { beeline_destroy_image(image) }
        guard image.pointee.bits_per_pixel == 32 else { throw .refused("32-bit pixels of \(rectangle)") }
        for row in 0..<rectangle.height {
            let source = UnsafeMutableRawPointer(data + row * Int(image.pointee.bytes_per_line))
            (pixels + (rectangle.y + row) * stride + rectangle.x)
                .update(from: source.assumingMemoryBound(to: UInt32.self), count: rectangle.width)
        }
    }
}

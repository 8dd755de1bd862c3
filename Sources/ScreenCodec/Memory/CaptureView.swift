/// A capture of the screen or of a part of it: words of blue, green, red and an undefined byte, row by row.
struct CaptureView: ~Escapable {
    let pixels: Span<UInt32>
    let stride: Int
    /// Where on the screen the first word is.
    private let origin: (x: Int, y: Int)

    @_lifetime(copy pixels)
    init(_ pixels: Span<UInt32>, stride: Int, origin: (x: Int, y: Int) = (0, 0)) {
        self.pixels = pixels
        self.stride = stride
        self.origin = origin
    }

    /// The part of the screen that the capture holds in whole.
    var extent: Rectangle {
        guard stride > 0, pixels.count > 0 else { return Rectangle(x: 0, y: 0, width: 0, height: 0) }
        let width = min(stride, pixels.count)
        return Rectangle(x: origin.x, y: origin.y, width: width, height: (pixels.count - width) / stride + 1)
    }

    /// The place of a pixel of the extent, named as on the screen.
    @inline(__always)
    func index(x: Int, y: Int) -> Int { (y - origin.y) * stride + x - origin.x }
}

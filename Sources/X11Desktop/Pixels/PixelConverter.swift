/// A copy of a screen in the standard format, for displays with another one (30-bit colour, red and blue swapped).
struct PixelConverter {
    private(set) var pixels: [UInt32]
    private let format: PixelFormat
    private let width: Int

    init(format: PixelFormat, width: Int, height: Int) {
        self.format = format
        self.width = width
        pixels = Array(repeating: 0, count: width * height)
    }

    /// Converts a part, which lies within the bounds.
    mutating func convert(_ rectangle: Rectangle, from source: UnsafePointer<UInt32>, stride: Int) {
        for y in rectangle.y..<rectangle.bottom {
            for x in rectangle.x..<rectangle.right {
                pixels[y * width + x] = format.standardWord(source[y * stride + x])
            }
        }
    }
}

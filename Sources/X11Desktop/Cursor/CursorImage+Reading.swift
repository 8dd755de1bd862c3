import CX11

extension CursorImage {
    /// The server's image, halved until no side is longer than `sideLimit`; `nil` if it has no pixels.
    init?(_ image: XFixesCursorImage, sideLimit: Int) {
        guard let words = image.pixels else { return nil }
        var (width, height) = (Int(image.width), Int(image.height))
        // Xlib keeps 32-bit items in longs.
        var pixels = (0..<width * height).map { UInt32(truncatingIfNeeded: words[$0]) }
        var hotspot = (x: Int(image.xhot), y: Int(image.yhot))
        while max(width, height) > max(1, min(sideLimit, Self.sideLimit)) {
            pixels = Self.halved(pixels, width: width, height: height)
            (width, height) = ((width + 1) / 2, (height + 1) / 2)
            hotspot = (hotspot.x / 2, hotspot.y / 2)
        }
        self.init(
            width: width, height: height, hotspotX: min(hotspot.x, width - 1), hotspotY: min(hotspot.y, height - 1),
            pixels: pixels)
    }

    /// Each pixel is the mean of four, byte by byte, which premultiplied colours allow; what lies outside is clear.
    private static func halved(_ pixels: [UInt32], width: Int, height: Int) -> [UInt32] {
        func pixel(_ x: Int, _ y: Int) -> UInt32 { x < width && y < height ? pixels[y * width + x] : 0 }
        return (0..<(height + 1) / 2).flatMap { row in
            (0..<(width + 1) / 2).map { column in
                let (x, y) = (2 * column, 2 * row)
                let four = [pixel(x, y), pixel(x + 1, y), pixel(x, y + 1), pixel(x + 1, y + 1)]
                return stride(from: UInt32(0), to: 32, by: 8).reduce(0) { mean, shift in
                    mean | (four.reduce(2) { $0 + ($1 >> shift & 0xFF) } / 4) << shift
                }
            }
        }
    }
}

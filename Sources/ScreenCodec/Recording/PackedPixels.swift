/// The pixels of one rectangle of a recording: plain words, or runs.
enum PackedPixels {
    /// Four bytes a pixel, row by row.
    @_lifetime(pixels: copy pixels)
    static func drawPlain(
        _ payload: Span<UInt8>, in area: Rectangle, of pixels: inout MutableSpan<UInt32>, stride: Int
    ) throws(Recording.Failure) {
        guard payload.count == area.width * area.height * 4 else { throw .malformed }
        for y in 0..<area.height {
            for x in 0..<area.width {
                pixels[(area.y + y) * stride + area.x + x] = colour(payload, at: (y * area.width + x) * 4)
            }
        }
    }

    /// A code's upper two bits say what follows, its lower six how often, less one: 0 the pixel to the left,
    /// 1 the pixel above, 2 pixels of three bytes each. Runs end with their row; left of a row is black.
    @_lifetime(pixels: copy pixels)
    static func draw(
        _ payload: Span<UInt8>, in area: Rectangle, of pixels: inout MutableSpan<UInt32>, stride: Int
    ) throws(Recording.Failure) {
        var position = 0
        for y in 0..<area.height {
            let start = (area.y + y) * stride + area.x
            var x = 0
            while x < area.width {
                guard position < payload.count else { throw .malformed }
                let code = payload[position]
                let count = Int(code & 63) + 1
                guard count <= area.width - x, code >> 6 != 1 || y > 0 else { throw .malformed }
                position += 1
                guard code >> 6 != 2 || position + count * 3 <= payload.count else { throw .malformed }
                for _ in 0..<count {
                    switch code >> 6 {
                    case 0: pixels[start + x] = x > 0 ? pixels[start + x - 1] : Pixel.opaque
                    case 1: pixels[start + x] = pixels[start + x - stride]
                    case 2:
                        pixels[start + x] = colour(payload, at: position)
                        position += 3
                    default: throw .malformed
                    }
                    x += 1
                }
            }
        }
        guard position == payload.count else { throw .malformed }
    }

    private static func colour(_ bytes: Span<UInt8>, at position: Int) -> UInt32 {
        let low = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
        return low | UInt32(bytes[position + 2]) << 16 | Pixel.opaque
    }
}

/// A picture to look at: words row by row, of whose top bytes nothing is known.
struct PictureView: ~Escapable {
    private let pixels: Span<UInt32>
    private let stride: Int
    let width: Int
    let height: Int

    /// - Precondition: the words hold all rows.
    @_lifetime(copy pixels)
    init(_ pixels: Span<UInt32>, stride: Int, width: Int, height: Int) {
        precondition(
            width >= 0 && height > 0 && width <= stride && (height - 1) * stride + width <= pixels.count,
            "a picture larger than its words")
        self.pixels = pixels
        self.stride = stride
        self.width = width
        self.height = height
    }

    private func start(x: Int, y: Int) -> Int { y &* stride &+ x }

    @inline(__always)
    func rowEquals(_ other: borrowing PictureView, x: Int, y: Int, otherX: Int, otherY: Int, count: Int) -> Bool {
        PixelRows.difference(
            pixels, at: start(x: x, y: y), other.pixels, at: other.start(x: otherX, y: otherY), count: count)
            & Pixel.colourBits == 0
    }

    /// Whether a rectangle of this picture is what stands elsewhere in another. Both lie inside.
    func equals(_ other: borrowing PictureView, area: Rectangle, shiftX: Int, shiftY: Int) -> Bool {
        for y in area.y..<area.bottom {
            var x = area.x
            while x < area.right {
                let count = min(16, area.right - x)
                let isEqual = rowEquals(
                    other, x: x, y: y, otherX: x + shiftX, otherY: y + shiftY, count: count)
                if !isEqual { return false }
                x += 16
            }
        }
        return true
    }

    /// A hash of the four pixels from a place on, which lie inside.
    @inline(__always)
    func hash(x: Int, y: Int) -> UInt64 {
        let start = start(x: x, y: y)
        precondition(start >= 0 && start <= pixels.count - 4, "a place outside the picture")
        return unsafe pixels.withUnsafeBytes { bytes in unsafe Self.hash(bytes, at: start &* 4) }
    }

    @unsafe
    @inline(__always)
    private static func hash(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        let one = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x00FF_FFFF_00FF_FFFF
        let other = unsafe bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self) & 0x00FF_FFFF_00FF_FFFF
        return (one ^ (other &<< 23 | other &>> 41)) &* 0x9E37_79B9_7F4A_7C15
    }

    /// The first place from `x` on in steps of four, before `end`, whose hash passes the filter.
    func nextCandidate(y: Int, from x: Int, to end: Int, filter: Span<UInt64>) -> Int? {
        guard x < end else { return nil }
        let row = start(x: 0, y: y)
        precondition(row >= 0 && x >= 0 && row + end + 3 <= pixels.count && filter.count == 256, "outside the picture")
        return unsafe pixels.withUnsafeBytes { bytes in
            unsafe filter.withUnsafeBufferPointer { filter in
                var x = x
                while x < end {
                    let bit = unsafe Self.hash(bytes, at: (row &+ x) &* 4) &>> 50
                    if unsafe filter[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0 { return x }
                    x &+= 4
                }
                return nil
            }
        }
    }

    /// The first place from `x` on, before `end`, from which sixteen pixels vary; they lie inside.
    func nextBusyPlace(y: Int, from x: Int, to end: Int) -> Int? {
        let row = start(x: 0, y: y)
        for x in x..<max(x, end) {
            let first = row &+ x
            if pixels[first] == pixels[first &+ 1] || pixels[first &+ 3] == pixels[first &+ 4] { continue }
            var changes = 0
            for index in first..<first &+ 15 where pixels[index] != pixels[index &+ 1] { changes &+= 1 }
            if changes >= 5 { return x }
        }
        return nil
    }
}

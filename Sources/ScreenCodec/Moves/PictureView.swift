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

    /// Adds the bits in which tiles of a row of this picture differ from what stands elsewhere in another to theirs. All
    /// lie inside.
    @_lifetime(sums: copy sums)
    func addDifferences(
        from other: borrowing PictureView, columns: Range<Int>, y: Int, shiftX: Int, shiftY: Int,
        to sums: inout MutableSpan<SIMD16<UInt32>>
    ) {
        let x = columns.lowerBound * TileGrid.tileSize
        PixelRows.addDifferences(
            pixels, at: start(x: x, y: y), other.pixels, at: other.start(x: x + shiftX, y: y + shiftY),
            columns: columns, to: &sums)
    }

    /// How many pixels a hash is of: text in two colours has few patterns of less.
    static let hashWidth = 8

    /// A hash of the pixels from a place on, which lie inside.
    @inline(__always)
    func hash(x: Int, y: Int) -> UInt64 {
        let start = start(x: x, y: y)
        precondition(start >= 0 && start <= pixels.count - Self.hashWidth, "a place outside the picture")
        return unsafe pixels.withUnsafeBytes { bytes in unsafe Self.hash(bytes, at: start &* 4) }
    }

    @unsafe
    @inline(__always)
    private static func hash(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        let words = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
        let pairs = words & SIMD4(repeating: 0x00FF_FFFF_00FF_FFFF)
        let one = pairs.x ^ (pairs.y &<< 23 | pairs.y &>> 41)
        let other = pairs.z ^ (pairs.w &<< 23 | pairs.w &>> 41)
        return (one &* 0x9E37_79B9_7F4A_7C15 ^ other) &* 0xD6E8_FEB8_6659_FD93
    }

    /// The first place from `x` on in steps of four, before `end`, whose hash passes the filter.
    func nextCandidate(y: Int, from x: Int, to end: Int, filter: Span<UInt64>) -> Int? {
        guard x < end else { return nil }
        let row = start(x: 0, y: y)
        precondition(row >= 0 && x >= 0 && row + end + 7 <= pixels.count && filter.count == 256, "outside the picture")
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

    /// A hash of a run of pixels, a multiple of sixteen that lies inside; nil where they all have one colour.
    @inline(__always)
    func rowHash(x: Int, y: Int, count: Int) -> UInt32? {
        let start = start(x: x, y: y)
        precondition(start >= 0 && count > 0 && count & 15 == 0 && start <= pixels.count - count, "outside the picture")
        return unsafe pixels.withUnsafeBytes { bytes in
            let first = unsafe bytes.loadUnaligned(fromByteOffset: start &* 4, as: UInt32.self)
            let firsts = SIMD16<UInt32>(repeating: first)
            var varies = SIMD16<UInt32>(repeating: 0)
            var sums = SIMD16<UInt32>(repeating: 0)
            for offset in Swift.stride(from: start &* 4, to: (start &+ count) &* 4, by: 64) {
                let words = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt32>.self)
                varies |= words ^ firsts
                sums = (sums &<< 5 ^ sums &>> 3) &+ (words & SIMD16(repeating: Pixel.colourBits))
            }
            guard PixelRows.fold(varies) & Pixel.colourBits != 0 else { return nil }
            return Self.mixed(sums)
        }
    }

    @inline(__always)
    private static func mixed(_ sums: SIMD16<UInt32>) -> UInt32 {
        let eight = sums.lowHalf &+ (sums.highHalf &<< 13 | sums.highHalf &>> 19)
        let four = eight.lowHalf ^ (eight.highHalf &<< 7 | eight.highHalf &>> 25)
        let one = UInt64(four.x) | UInt64(four.y) &<< 32
        let other = UInt64(four.z) | UInt64(four.w) &<< 32
        let hash = (one &* 0x9E37_79B9_7F4A_7C15 ^ other) &* 0xD6E8_FEB8_6659_FD93
        return UInt32(truncatingIfNeeded: hash &>> 32)
    }
}

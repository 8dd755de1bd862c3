/// Compares and copies runs of pixels, sixteen at a time.
enum PixelRows {
    /// The bits in which two runs differ, taken together; 0 if they are equal.
    @inline(__always)
    static func difference(
        _ one: Span<UInt32>, at start: Int, _ other: Span<UInt32>, at otherStart: Int, count: Int
    ) -> UInt32 {
        precondition(
            start >= 0 && otherStart >= 0 && count >= 0 && start <= one.count - count
                && otherStart <= other.count - count,
            "a run outside the picture")
        if count == 16 {
            let difference = unsafe word16(one, at: start) ^ word16(other, at: otherStart)
            return fold(difference)
        }
        var difference: UInt32 = 0
        for x in 0..<count { difference |= one[start &+ x] ^ other[otherStart &+ x] }
        return difference
    }

    /// Adds the bits in which two rows differ to those of columns of sixteen pixels each, the first from the places on.
    @inline(__always)
    @_lifetime(sums: copy sums)
    static func addDifferences(
        _ one: Span<UInt32>, at start: Int, _ other: Span<UInt32>, at otherStart: Int, columns: Range<Int>,
        to sums: inout MutableSpan<SIMD16<UInt32>>
    ) {
        let count = columns.count &* 16
        guard count > 0 else { return }
        precondition(
            start >= 0 && otherStart >= 0 && start <= one.count - count && otherStart <= other.count - count
                && columns.lowerBound >= 0 && columns.upperBound <= sums.count, "a run outside the picture")
        unsafe one.withUnsafeBytes { one in
            unsafe other.withUnsafeBytes { other in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    var offset = start &* 4
                    var otherOffset = otherStart &* 4
                    for column in columns {
                        let words = unsafe one.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt32>.self)
                        let others = unsafe other.loadUnaligned(fromByteOffset: otherOffset, as: SIMD16<UInt32>.self)
                        unsafe sums[column] |= words ^ others
                        offset &+= 64
                        otherOffset &+= 64
                    }
                }
            }
        }
    }

    /// Takes over a run of at most sixteen pixels, with top bytes 0xFF.
    ///
    /// - Returns: the bits of colour in which each pixel differed.
    @inline(__always)
    @_lifetime(target: copy target)
    static func takeDifferences(
        _ source: Span<UInt32>, at start: Int, into target: inout MutableSpan<UInt32>, at targetStart: Int, count: Int
    ) -> SIMD16<UInt32> {
        precondition(
            start >= 0 && targetStart >= 0 && 0...16 ~= count && start <= source.count - count
                && targetStart <= target.count - count, "a run outside the picture")
        var differences = SIMD16<UInt32>(repeating: 0)
        if count == 16 {
            let words = unsafe word16(source, at: start) | SIMD16(repeating: Pixel.opaque)
            unsafe target.withUnsafeMutableBytes { bytes in
                differences =
                    unsafe words ^ bytes.loadUnaligned(fromByteOffset: targetStart &* 4, as: SIMD16<UInt32>.self)
                unsafe bytes.storeBytes(of: words, toByteOffset: targetStart &* 4, as: SIMD16<UInt32>.self)
            }
            return differences
        }
        for x in 0..<count {
            let word = source[start &+ x] | Pixel.opaque
            differences[x] = word ^ target[targetStart &+ x]
            target[targetStart &+ x] = word
        }
        return differences
    }

    /// A bit for each lane, the lowest for the first: whether it is not zero.
    ///
    /// - Parameter words: of which the top bits are zero.
    @inline(__always)
    static func nonzeroLanes(_ words: SIMD16<UInt32>) -> UInt32 {
        let places = SIMD16<UInt32>(
            1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768)
        // All ones where a lane is not zero: without masks, which vectors are slow with.
        let ones = SIMD16<UInt32>(repeating: 0) &- ((words &+ SIMD16(repeating: 0x7FFF_FFFF)) &>> 31)
        return (ones & places).wrappedSum()
    }

    /// As `nonzeroLanes`, of some lanes; the others may hold anything.
    @inline(__always)
    static func nonzeroLanes(_ words: SIMD16<UInt32>, among lanes: UInt32) -> UInt32 {
        nonzeroLanes(words & SIMD16(repeating: Pixel.colourBits)) & lanes
    }

    @unsafe
    @inline(__always)
    private static func word16(_ pixels: Span<UInt32>, at start: Int) -> SIMD16<UInt32> {
        unsafe pixels.withUnsafeBytes { bytes in
            unsafe bytes.loadUnaligned(fromByteOffset: start &* 4, as: SIMD16<UInt32>.self)
        }
    }

    @inline(__always)
    static func fold(_ words: SIMD16<UInt32>) -> UInt32 {
        let eight = words.lowHalf | words.highHalf
        let four = eight.lowHalf | eight.highHalf
        let two = four.lowHalf | four.highHalf
        return two.x | two.y
    }
}

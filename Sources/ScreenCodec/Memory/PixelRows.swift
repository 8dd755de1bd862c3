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

    /// The bits in which each pixel of two runs of at most sixteen differs.
    @inline(__always)
    static func differences(
        _ one: Span<UInt32>, at start: Int, _ other: Span<UInt32>, at otherStart: Int, count: Int
    ) -> SIMD16<UInt32> {
        precondition(
            start >= 0 && otherStart >= 0 && 0...16 ~= count && start <= one.count - count
                && otherStart <= other.count - count,
            "a run outside the picture")
        if count == 16 { return unsafe word16(one, at: start) ^ word16(other, at: otherStart) }
        var difference = SIMD16<UInt32>(repeating: 0)
        for x in 0..<count { difference[x] = one[start &+ x] ^ other[otherStart &+ x] }
        return difference
    }

    /// Takes over a run, with top bytes 0xFF.
    @inline(__always)
    @_lifetime(target: copy target)
    static func copy(
        _ source: Span<UInt32>, at start: Int, to target: inout MutableSpan<UInt32>, at targetStart: Int, count: Int
    ) {
        precondition(
            start >= 0 && targetStart >= 0 && count >= 0 && start <= source.count - count
                && targetStart <= target.count - count, "a run outside the picture")
        if count == 16 {
            let words = unsafe word16(source, at: start) | SIMD16(repeating: Pixel.opaque)
            unsafe target.withUnsafeMutableBytes { bytes in
                unsafe bytes.storeBytes(of: words, toByteOffset: targetStart &* 4, as: SIMD16<UInt32>.self)
            }
            return
        }
        for x in 0..<count { target[targetStart &+ x] = source[start &+ x] | Pixel.opaque }
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

/// What a pixel's neighbours say about it.
enum Prediction {
    /// The median of left, above and left + above - aboveLeft in each channel: LOCO-I's edge-detecting predictor
    /// (Weinberger, Seroussi, Sapiro, 2000). Of opaque pixels it is opaque.
    @inline(__always)
    static func median(left: UInt32, above: UInt32, aboveLeft: UInt32) -> UInt32 {
        let a = SIMD4<Int16>(truncatingIfNeeded: unsafe unsafeBitCast(left, to: SIMD4<UInt8>.self))
        let b = SIMD4<Int16>(truncatingIfNeeded: unsafe unsafeBitCast(above, to: SIMD4<UInt8>.self))
        let c = SIMD4<Int16>(truncatingIfNeeded: unsafe unsafeBitCast(aboveLeft, to: SIMD4<UInt8>.self))
        let smaller = (a &- b) & ((a &- b) &>> 15)
        let low = b &+ smaller
        let high = a &- smaller
        let raised = c &- ((c &- low) & ((c &- low) &>> 15))
        let held = raised &+ ((high &- raised) & ((high &- raised) &>> 15))
        return unsafe unsafeBitCast(SIMD4<UInt8>(truncatingIfNeeded: a &+ b &- held), to: UInt32.self)
    }

    /// Of four pixels at once.
    ///
    /// The median is left + above - aboveLeft once aboveLeft is held between the other two. Signs shifted down
    /// choose, since vectors are compared without masks faster than with them.
    @inline(__always)
    static func medians(
        left: SIMD4<UInt32>, above: SIMD4<UInt32>, aboveLeft: SIMD4<UInt32>
    ) -> SIMD4<UInt32> {
        let a = SIMD16<Int16>(truncatingIfNeeded: bytes(left))
        let b = SIMD16<Int16>(truncatingIfNeeded: bytes(above))
        let c = SIMD16<Int16>(truncatingIfNeeded: bytes(aboveLeft))
        let smaller = (a &- b) & ((a &- b) &>> 15)
        let low = b &+ smaller
        let high = a &- smaller
        let raised = c &- ((c &- low) & ((c &- low) &>> 15))
        let held = raised &+ ((high &- raised) & ((high &- raised) &>> 15))
        return words(SIMD16<UInt8>(truncatingIfNeeded: a &+ b &- held))
    }

    @inline(__always)
    static func bytes(_ words: SIMD4<UInt32>) -> SIMD16<UInt8> { unsafe unsafeBitCast(words, to: SIMD16<UInt8>.self) }

    @inline(__always)
    static func words(_ bytes: SIMD16<UInt8>) -> SIMD4<UInt32> { unsafe unsafeBitCast(bytes, to: SIMD4<UInt32>.self) }
}

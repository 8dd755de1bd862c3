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

    /// Of four pixels at once, every second channel in each half of the work.
    ///
    /// The median is left + above - aboveLeft once aboveLeft is held between the other two. Signs shifted down
    /// choose, since vectors are compared without masks faster than with them.
    @inline(__always)
    static func medians(
        left: SIMD4<UInt32>, above: SIMD4<UInt32>, aboveLeft: SIMD4<UInt32>
    ) -> SIMD4<UInt32> {
        let even = SIMD4<UInt32>(repeating: 0x00FF_00FF)
        let blueAndRed = medians(left & even, above & even, aboveLeft & even)
        let greenAndTop = medians(left &>> 8 & even, above &>> 8 & even, aboveLeft &>> 8 & even)
        return blueAndRed | greenAndTop &<< 8
    }

    /// Of eight numbers from 0 to 255, in the halves of words.
    @inline(__always)
    private static func medians(
        _ left: SIMD4<UInt32>, _ above: SIMD4<UInt32>, _ aboveLeft: SIMD4<UInt32>
    ) -> SIMD4<UInt32> {
        let a = unsafe unsafeBitCast(left, to: SIMD8<Int16>.self)
        let b = unsafe unsafeBitCast(above, to: SIMD8<Int16>.self)
        let c = unsafe unsafeBitCast(aboveLeft, to: SIMD8<Int16>.self)
        let smaller = (a &- b) & ((a &- b) &>> 15)
        let low = b &+ smaller
        let high = a &- smaller
        let raised = c &- ((c &- low) & ((c &- low) &>> 15))
        let held = raised &+ ((high &- raised) & ((high &- raised) &>> 15))
        return unsafe unsafeBitCast(a &+ b &- held, to: SIMD4<UInt32>.self)
    }

    @inline(__always)
    static func bytes(_ words: SIMD4<UInt32>) -> SIMD16<UInt8> { unsafe unsafeBitCast(words, to: SIMD16<UInt8>.self) }

    @inline(__always)
    static func words(_ bytes: SIMD16<UInt8>) -> SIMD4<UInt32> { unsafe unsafeBitCast(bytes, to: SIMD4<UInt32>.self) }
}

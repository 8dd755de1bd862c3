/// What a pixel's neighbours say about it.
enum Prediction {
    /// The median of left, above and left + above - aboveLeft in each channel: LOCO-I's edge-detecting predictor
    /// (Weinberger, Seroussi, Sapiro, 2000).
    @inline(__always)
    static func median(left: UInt32, above: UInt32, aboveLeft: UInt32) -> UInt32 {
        let a = channels(left)
        let b = channels(above)
        let low = pointwiseMin(a, b)
        let high = pointwiseMax(a, b)
        let sum = a &+ b &- channels(aboveLeft)
        return pixel(pointwiseMin(pointwiseMax(sum, low), high))
    }

    @inline(__always)
    private static func channels(_ pixel: UInt32) -> SIMD4<Int16> {
        SIMD4<Int16>(truncatingIfNeeded: unsafe unsafeBitCast(pixel, to: SIMD4<UInt8>.self))
    }

    /// The fourth channel of three opaque pixels is opaque too.
    @inline(__always)
    private static func pixel(_ channels: SIMD4<Int16>) -> UInt32 {
        unsafe unsafeBitCast(SIMD4<UInt8>(truncatingIfNeeded: channels), to: UInt32.self)
    }
}

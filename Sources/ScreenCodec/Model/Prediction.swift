/// What a pixel's neighbours say about it, and how it differs from that.
enum Prediction {
    /// The median of left, above and left + above - aboveLeft in each channel: LOCO-I's edge-detecting predictor
    /// (Weinberger, Seroussi, Sapiro, 2000).
    @inline(__always)
    static func median(left: UInt32, above: UInt32, aboveLeft: UInt32) -> UInt32 {
        channel(left, above, aboveLeft, 0) | channel(left, above, aboveLeft, 8) | channel(left, above, aboveLeft, 16)
            | Pixel.opaque
    }

    @inline(__always)
    private static func channel(_ left: UInt32, _ above: UInt32, _ aboveLeft: UInt32, _ shift: UInt32) -> UInt32 {
        let a = Int32(truncatingIfNeeded: left &>> shift & 255)
        let b = Int32(truncatingIfNeeded: above &>> shift & 255)
        let c = Int32(truncatingIfNeeded: aboveLeft &>> shift & 255)
        let low = min(a, b)
        let high = max(a, b)
        return UInt32(truncatingIfNeeded: min(max(a &+ b &- c, low), high)) &<< shift
    }
}

/// How a noisy tile's pixels are predicted, and whether red and blue are told by how they differ from green.
struct GrainMode: Hashable {
    /// By the mean of left and above, which evens noise out; else by their median with the slope, which keeps edges.
    var isMean = true
    /// Each channel for itself: noise of its own in each, as a camera makes it; else relative to green, as light makes it.
    var isDirect = false

    /// Half the sum of each channel, rounded down.
    @inline(__always)
    static func mean(left: UInt32, above: UInt32) -> UInt32 { (left & above) &+ ((left ^ above) &>> 1 & 0x7F7F_7F7F) }

    @inline(__always)
    static func means(left: SIMD4<UInt32>, above: SIMD4<UInt32>) -> SIMD4<UInt32> {
        (left & above) &+ ((left ^ above) &>> 1 & SIMD4(repeating: 0x7F7F_7F7F))
    }
}

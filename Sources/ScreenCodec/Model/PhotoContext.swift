/// Which neighbours of a pixel were exactly what was predicted: left, above, above and to the right.
enum PhotoContext {
    @inline(__always)
    static func of(x: Int, exact: UInt32, exactAbove: UInt32) -> Int {
        let column = UInt32(truncatingIfNeeded: x)
        return Int(truncatingIfNeeded: (exact &<< 1) &>> column & 1 | (exactAbove &>> column & 3) &<< 1)
    }
}

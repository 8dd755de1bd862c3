/// The bits around the one that is coded next: two to its left, four above, one two rows above.
struct BitmapWindow {
    /// The row above, and the one above that; a set bit is foreground, the lowest is the first pixel.
    private(set) var above: UInt32 = 0
    private var secondAbove: UInt32 = 0
    private var repeated = false

    @inline(__always)
    var repeatContext: Int { (repeated ? 1 : 0) + (above == 0 ? 2 : 0) }

    /// - Parameter row: the row so far; bits from `x` on do not matter.
    @inline(__always)
    func context(x: Int, row: UInt32) -> Int {
        let column = UInt32(truncatingIfNeeded: x)
        let left = (row &<< 2) &>> column & 3
        let upper = (above &<< 1) &>> column & 15
        let uppermost = secondAbove &>> column & 1
        return Int(truncatingIfNeeded: left | upper &<< 2 | uppermost &<< 6)
    }

    @inline(__always)
    mutating func advance(row: UInt32, repeats: Bool) {
        secondAbove = above
        above = row
        repeated = repeats
    }
}

/// A number of a coarse tile: the bits of its successor but the first in plain, and before them how many, one decision
/// each (Elias' gamma code, its unary part learned).
enum CoarseNumber {
    /// More bits than any honest number has.
    static let longest = 9

    /// Neighbours count no more than this each.
    static let largestMagnitude = 15

    @inline(__always)
    static func length(of value: UInt32) -> Int { 31 &- (value &+ 1).leadingZeroBitCount }

    /// 0, -1, 1, -2, 2 as 0, 1, 2, 3, 4.
    @inline(__always)
    static func fold(_ value: Int) -> UInt32 { UInt32(truncatingIfNeeded: value &<< 1 ^ value &>> 63) }

    @inline(__always)
    static func unfold(_ value: UInt32) -> Int { Int(value &>> 1) ^ -Int(value & 1) }
}

/// Names a pair of candidates for as long as the agent lives; never reused.
@frozen
public struct PairIdentifier: Hashable, Comparable, Sendable {
    /// Its number, for tables and logs.
    public let number: UInt32

    @inlinable
    init(number: UInt32) { self.number = number }

    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

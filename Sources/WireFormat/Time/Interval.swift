/// A signed length of time in nanoseconds.
///
/// The standard library's `Duration` counts attoseconds in 128 bits; timers on the data path need neither.
@frozen
public struct Interval: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable
    public static var zero: Interval { Interval(nanoseconds: 0) }

    @inlinable
    public static func nanoseconds(_ count: Int64) -> Interval { Interval(nanoseconds: count) }

    @inlinable
    public static func microseconds(_ count: Int64) -> Interval { Interval(nanoseconds: count * 1_000) }

    @inlinable
    public static func milliseconds(_ count: Int64) -> Interval { Interval(nanoseconds: count * 1_000_000) }

    @inlinable
    public static func seconds(_ count: Int64) -> Interval { Interval(nanoseconds: count * 1_000_000_000) }

    /// The length in milliseconds, with its fraction: for figures, not for timers.
    @inlinable
    public var milliseconds: Double { Double(nanoseconds) / 1_000_000 }

    /// The length in seconds, with its fraction: for figures, not for timers.
    @inlinable
    public var seconds: Double { Double(nanoseconds) / 1_000_000_000 }

    @inlinable
    public static func < (left: Interval, right: Interval) -> Bool { left.nanoseconds < right.nanoseconds }

    @inlinable
    public static func + (left: Interval, right: Interval) -> Interval {
        Interval(nanoseconds: left.nanoseconds + right.nanoseconds)
    }

    @inlinable
    public static func - (left: Interval, right: Interval) -> Interval {
        Interval(nanoseconds: left.nanoseconds - right.nanoseconds)
    }

    @inlinable
    public static func * (interval: Interval, factor: Int64) -> Interval {
        Interval(nanoseconds: interval.nanoseconds * factor)
    }

    @inlinable
    public static func / (interval: Interval, divisor: Int64) -> Interval {
        Interval(nanoseconds: interval.nanoseconds / divisor)
    }
}

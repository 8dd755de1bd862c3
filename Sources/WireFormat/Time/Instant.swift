/// A point on a monotonic clock, in nanoseconds since an origin that the caller chooses.
///
/// Core machines never read a clock: every call that depends on time takes an `Instant`. The real programs
/// derive it from `CLOCK_BOOTTIME`, the simulator from its virtual time.
@frozen
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's origin.
    public let nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's origin.
    @inlinable
    public static var zero: Instant { Instant(nanoseconds: 0) }

    /// A point later than any deadline a machine sets.
    @inlinable
    public static var distantFuture: Instant { Instant(nanoseconds: .max) }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The sum, held at the ends of the representable range.
    @inlinable
    public static func + (instant: Instant, interval: Interval) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(interval.nanoseconds)
        return Instant(nanoseconds: overflow ? (interval.nanoseconds > 0 ? .max : .min) : sum)
    }

    @inlinable
    public static func - (instant: Instant, interval: Interval) -> Instant {
        instant + Interval(nanoseconds: interval.nanoseconds == .min ? .max : -interval.nanoseconds)
    }

    /// The time from `right` to `left`; negative if `left` is the earlier.
    @inlinable
    public static func - (left: Instant, right: Instant) -> Interval {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return Interval(nanoseconds: overflow ? (left > right ? .max : .min) : difference)
    }
}

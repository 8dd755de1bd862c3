import WireFormat

/// A token bucket.
struct RateLimiter: Sendable {
    private let interval: Interval
    private let depth: Interval
    /// When the bucket would be full if nothing more were taken.
    private var fullAt = Instant(nanoseconds: .min)

    /// Holds a quarter of a second's packets.
    init(perSecond: Int) {
        interval = .seconds(1) / Int64(max(1, perSecond))
        depth = .milliseconds(250)
    }

    /// Holds so many, and gets one back in each interval.
    init(burst: Int, interval: Interval) {
        self.interval = interval
        depth = interval * Int64(burst)
    }

    /// Takes one; false if there is none.
    mutating func take(at now: Instant) -> Bool {
        let start = max(fullAt, now)
        guard start - now < depth else { return false }
        fullAt = start + interval
        return true
    }
}

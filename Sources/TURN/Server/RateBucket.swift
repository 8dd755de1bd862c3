import WireFormat

/// A bound on how often something happens: so many a second in the long run, so many at once. It is one word.
struct RateBucket: Sendable {
    /// When all that happened would have happened, had it kept the rate.
    private var paidUntil = Instant.zero

    /// Whether one more may happen now, without counting it.
    func admits(_ rate: Server.RateLimit, at now: Instant) -> Bool {
        paidUntil <= now + rate.pause * Int64(rate.burst - 1)
    }

    /// Counts one in, if it may happen.
    mutating func take(_ rate: Server.RateLimit, at now: Instant) -> Bool {
        guard admits(rate, at: now) else { return false }
        paidUntil = max(paidUntil, now) + rate.pause
        return true
    }
}

extension Server {
    /// How often something may happen.
    public struct RateLimit: Hashable, Sendable {
        public var perSecond: Int
        /// How many may come at once after a pause.
        public var burst: Int

        public init(perSecond: Int, burst: Int) {
            self.perSecond = max(1, perSecond)
            self.burst = max(1, burst)
        }

        /// What each of several gets of it.
        public func divided(by count: Int) -> RateLimit {
            RateLimit(perSecond: perSecond / max(1, count), burst: burst / max(1, count))
        }

        var pause: Interval { Interval(nanoseconds: 1_000_000_000 / Int64(max(1, perSecond))) }
    }
}

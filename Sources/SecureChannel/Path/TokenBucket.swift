import WireFormat

/// So many at once, and one more after each interval (the generic cell rate algorithm of ITU-T I.371).
struct TokenBucket: Sendable {
    private let interval: Interval
    private let tolerance: Interval
    /// When the bucket is full again.
    private var fullAt = Instant.zero

    init(burst: Int, interval: Interval) {
        self.interval = interval
        tolerance = interval * Int64(max(burst, 1) - 1)
    }

    /// Takes one if there is one.
    mutating func take(at now: Instant) -> Bool {
        let start = max(fullAt, now)
        guard start - now <= tolerance else { return false }
        fullAt = start + interval
        return true
    }
}

import WireFormat

/// The state of one rate limit in one word: the generic cell rate algorithm (ITU-T I.371), which lets a burst of the
/// whole count through and then one each `period / count`.
struct RateMeter: Sendable {
    /// The instant at which the burst would be wholly available again.
    private(set) var full = Instant(nanoseconds: .min)

    /// Takes `cost` units if they are there.
    ///
    /// - Returns: nil if they were, otherwise the time until they would be.
    mutating func take(_ cost: Int = 1, of limit: RateLimit, at now: Instant) -> Interval? {
        let step = limit.period.nanoseconds / Int64(limit.count)
        let (span, overflow) = step.multipliedReportingOverflow(by: Int64(max(0, cost)))
        let next = max(full, now) + Interval(nanoseconds: overflow ? limit.period.nanoseconds + 1 : span)
        let excess = next - now - limit.period
        guard excess <= .zero else { return excess }
        full = next
        return nil
    }
}

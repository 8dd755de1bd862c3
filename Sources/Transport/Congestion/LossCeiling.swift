import WireFormat

/// Notices loss that no delay announced, and holds the window below what caused it.
struct LossCeiling: Sendable {
    private(set) var ceiling = Double.infinity
    private var acknowledged = 0
    private var lost = 0
    private var reducedAt: Instant?
    /// Bytes that the ceiling rises each round.
    private var rise = 0.0
    private var rounds = 0

    private static let tolerated = 0.08
    private static let reduction = 0.85

    /// Old rounds count half: a rate over about the last four windows.
    mutating func delivered(_ bytes: Int, window: Double) {
        acknowledged += bytes
        guard Double(acknowledged) > 4 * window else { return }
        acknowledged /= 2
        lost /= 2
    }

    /// - Returns: what to multiply the window by, or nil to leave it.
    mutating func lost(_ sample: LossSample) -> Double? {
        if let reducedAt, sample.largestSentAt <= reducedAt { return nil }
        lost += sample.bytes
        // Too few packets say nothing of a rate.
        let isExcessive =
            lost > 4 * sample.packetBytes && Double(lost) > Self.tolerated * Double(acknowledged + lost)
        guard isExcessive || sample.isMark else { return nil }
        forgive(through: sample.now)
        return Self.reduction
    }

    /// Losses of packets sent until now have had their effect.
    mutating func forgive(through now: Instant) {
        reducedAt = now
        lost = 0
        acknowledged = 0
    }

    mutating func limit(to window: Double, packetBytes: Int) {
        ceiling = window
        rise = max(Double(packetBytes) / 8, window / 256)
        rounds = 0
    }

    /// The ceiling rises slowly at first, and twice as fast every eight rounds without excessive loss.
    mutating func roundFinished() {
        guard ceiling.isFinite else { return }
        rounds += 1
        ceiling += rise
        if rounds % 8 == 0 { rise *= 2 }
        if ceiling > 1e9 { ceiling = .infinity }
    }
}

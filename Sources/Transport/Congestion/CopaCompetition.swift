import WireFormat

/// Copa's mode switch (section 2.2 of the paper): how much queue to aim for, by who shares the link.
///
/// Copa flows by themselves empty the queue about every five round trips. When it has not been nearly empty for that
/// long, someone else keeps it full, and Copa would starve: then 1/delta grows as a loss-based flow's window does.
struct CopaCompetition: Sendable {
    /// 1/delta: the packets that one flow keeps queued.
    private(set) var inverse = CopaCompetition.ordinary
    private var lastEmpty: Instant
    private var largest = 0.0
    private var previousLargest = 0.0
    private var roundsInWindow = 0
    private var reducedAt: Instant?

    var delta: Double { 1 / inverse }

    /// The paper's default: delta 0.5.
    private static let ordinary = 2.0
    private static let maximum = 64.0

    init(at now: Instant) { lastEmpty = now }

    mutating func measured(queue: Double, _ sample: AcknowledgementSample) {
        largest = max(largest, queue)
        // Nearly empty: below a tenth of the largest delay of the last four round trips.
        if queue <= max(0.1 * max(largest, previousLargest), 0.001) { lastEmpty = sample.now }
        if sample.now - lastEmpty <= sample.smoothedRTT * 5 { inverse = Self.ordinary }
    }

    /// Section 2.2: in competitive mode 1/delta follows AIMD, one more packet each round trip.
    mutating func roundFinished(at now: Instant, smoothedRTT: Interval) {
        roundsInWindow += 1
        if roundsInWindow >= 4 {
            roundsInWindow = 0
            previousLargest = largest
            largest = 0
        }
        if now - lastEmpty > smoothedRTT * 5 { inverse = min(inverse + 1, Self.maximum) }
    }

    /// The decrease of the AIMD: once for the losses of a round trip.
    mutating func lost(_ sample: LossSample) {
        if let reducedAt, sample.largestSentAt <= reducedAt { return }
        reducedAt = sample.now
        inverse = max(inverse / 2, Self.ordinary)
    }
}

import WireFormat

/// A token bucket that spreads packets over time (RFC 9002 section 7.7).
struct Pacer: Sendable {
    private var tokens: Double
    private var refilledAt: Instant

    /// - Parameter burstBytes: what may leave at once in the beginning.
    init(burstBytes: Int, at now: Instant) {
        tokens = Double(burstBytes)
        refilledAt = now
    }

    /// Fills the bucket for the time that has passed. A fuller one, as in the beginning, keeps what it has.
    ///
    /// - Parameter isIdle: nothing is in flight, so the path's queue has drained and a new burst may leave.
    mutating func refill(bytesPerSecond: Double, packetBytes: Int, windowBytes: Int, isIdle: Bool, at now: Instant) {
        guard now > refilledAt else { return }
        let earned = bytesPerSecond * (now - refilledAt).seconds
        refilledAt = now
        // Two milliseconds hide the granularity of timers, two packets let acknowledgements of every second clock us.
        var capacity = max(bytesPerSecond * 0.002, Double(2 * packetBytes))
        // RFC 9002 section 7.7 allows a burst of the initial window; half the window on a path that was in use.
        if isIdle { capacity = max(capacity, min(Double(windowBytes) / 2, Double(10 * packetBytes))) }
        tokens = max(tokens, min(tokens + earned, capacity))
    }

    mutating func spend(_ bytes: Int) { tokens = max(tokens - Double(bytes), -65_536) }

    func allows(_ bytes: Int) -> Bool { tokens >= Double(bytes) }

    /// When the bucket will hold enough for a packet.
    func readyAt(bytes: Int, bytesPerSecond: Double) -> Instant {
        let wait = (Double(bytes) - tokens) / max(bytesPerSecond, 1)
        return refilledAt + Interval(nanoseconds: Int64(min(max(wait, 0), 60) * 1e9) + 1_000)
    }
}

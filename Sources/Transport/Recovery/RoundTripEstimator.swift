import WireFormat

/// Estimates a path's round trip from acknowledgements (RFC 9002 section 5).
public struct RoundTripEstimator: Sendable {
    /// The newest sample, without the peer's acknowledgement delay.
    public private(set) var latest: Interval
    public private(set) var minimum: Interval
    public private(set) var smoothed: Interval
    public private(set) var variation: Interval
    public private(set) var sampleCount: UInt64 = 0

    /// Connectivity checks have measured the path: what was given at the start counts as a sample.
    private let isMeasured: Bool

    init(initial: Interval, isMeasured: Bool = false) {
        latest = initial
        minimum = initial
        smoothed = initial
        self.isMeasured = isMeasured
        // RFC 9002 section 5.3: rttvar starts at half the initial round trip, for that is a guess. A measured one is none;
        // how much it varies shows with the next samples, and the doubts about the path that come too soon are cheap.
        variation = isMeasured ? min(initial / 8, .milliseconds(2)) : initial / 2
    }

    var hasSample: Bool { sampleCount > 0 }

    /// Takes a sample.
    ///
    /// - Parameters:
    ///   - measured: from sending the packet to receiving its acknowledgement.
    ///   - acknowledgementDelay: the peer's wait, as it says. It never makes the sample smaller than the minimum.
    mutating func update(measured: Interval, acknowledgementDelay: Interval) {
        let sample = max(measured, .nanoseconds(1))
        sampleCount += 1
        guard sampleCount > 1 || isMeasured else {
            let adjusted = sample - acknowledgementDelay
            latest = adjusted > sample / 2 ? adjusted : sample
            minimum = latest
            smoothed = latest
            variation = latest / 2
            return
        }
        // RFC 9002 section 5.2: min_rtt ignores the delay the peer reports; we let an immediate answer set it and
        // otherwise subtract, since our peers report it in microseconds and answer input and PING without delay.
        if sample < minimum { minimum = sample }
        latest = sample - acknowledgementDelay >= minimum ? sample - acknowledgementDelay : sample
        let deviation = latest > smoothed ? latest - smoothed : smoothed - latest
        variation = (variation * 3 + deviation) / 4
        smoothed = (smoothed * 7 + latest) / 8
    }

    /// The wait before a probe (RFC 9002 section 6.2.1), without backoff and acknowledgement delay.
    var probeTimeout: Interval { smoothed + max(variation * 4, Self.granularity) }

    /// How long after a later packet's acknowledgement a packet is given (RFC 9002 section 6.1.2): 9/8 round trips.
    var lossDelay: Interval { max(max(latest, smoothed) * 9 / 8, Self.granularity) }

    /// What a sample counts for at most. RFC 9002 has no such limit. A machine that was asleep finds its answers when it
    /// wakes: one sample of an hour would keep the probe timeout above a minute for dozens of round trips.
    var longestSample: Interval { max(smoothed * 16, .seconds(3)) }

    /// RFC 9002 section 6.1.2 recommends 1 ms, the granularity of timers.
    static let granularity = Interval.milliseconds(1)
}

import WireFormat

/// The round-trip time of a pair, smoothed as RFC 6298 section 2 does it.
///
/// Every transmission of a check is a transaction of its own, so every sample is exact.
struct RoundTripTime: Sendable {
    private(set) var smoothed: Interval?
    private var variation = Interval.zero

    mutating func add(_ sample: Interval) {
        guard let previous = smoothed else {
            smoothed = sample
            variation = sample / 2
            return
        }
        // An answer that is later than that waited for a path that was away, or for TCP to send again.
        let sample = min(sample, previous * 2 + .milliseconds(100))
        let difference = previous < sample ? sample - previous : previous - sample
        variation = variation - variation / 4 + difference / 4
        smoothed = previous - previous / 8 + sample / 8
    }

    /// How long an answer may take before it counts as missing.
    var timeout: Interval {
        guard let smoothed else { return .milliseconds(200) }
        return max(.milliseconds(50), smoothed + variation * 4 + .milliseconds(20))
    }
}

import WireFormat

/// The loss-based algorithm of RFC 9002 section 7 and appendix B: a yardstick, and the most cautious neighbour.
public struct NewReno: Sendable {
    private(set) var windowBytes: Int
    private var threshold = Int.max
    private var recoveryStart: Instant?
    private var acknowledgedInAvoidance = 0

    init(initialWindowBytes: Int) { windowBytes = initialWindowBytes }

    /// RFC 9002 section 7.7: a little more than a window per round trip, so that pacing does not hold the window back.
    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        let factor = windowBytes < threshold ? 2 : 1.25
        return factor * Double(windowBytes) / max(smoothedRTT.seconds, 0.000_1)
    }

    mutating func acknowledged(_ sample: AcknowledgementSample) {
        if let recoveryStart, sample.largestSentAt <= recoveryStart { return }
        guard sample.isWindowLimited else { return }
        guard windowBytes >= threshold else {
            windowBytes += sample.bytes
            return
        }
        acknowledgedInAvoidance += sample.bytes
        guard acknowledgedInAvoidance >= windowBytes else { return }
        acknowledgedInAvoidance -= windowBytes
        windowBytes += sample.packetBytes
    }

    mutating func lost(_ sample: LossSample) {
        let minimum = CongestionController.minimumWindowPackets * sample.packetBytes
        if sample.isPersistent {
            windowBytes = minimum
            recoveryStart = nil
            return
        }
        if let recoveryStart, sample.largestSentAt <= recoveryStart { return }
        recoveryStart = sample.now
        // RFC 9002 section B.1: kLossReductionFactor is 0.5.
        threshold = max(windowBytes / 2, minimum)
        windowBytes = threshold
        acknowledgedInAvoidance = 0
    }
}

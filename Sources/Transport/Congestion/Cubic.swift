import WireFormat

/// CUBIC (RFC 9438), the algorithm most of the Internet's other traffic uses: a yardstick, and a neighbour in tests.
public struct Cubic: Sendable {
    private var window: Double
    private var threshold = Double.greatestFiniteMagnitude
    private var recoveryStart: Instant?
    private var epochStart: Instant?
    /// Windows in bytes: before the last reduction, and what Reno would have now.
    private var maximum = 0.0
    private var renoEstimate = 0.0
    /// Seconds from the epoch's start until the window is back at the maximum.
    private var plateau = 0.0

    /// RFC 9438 section 4.1.2 and 4.6.
    private static let aggressiveness = 0.4
    private static let decrease = 0.7

    init(initialWindowBytes: Int) { window = Double(initialWindowBytes) }

    var windowBytes: Int { Int(min(window, 1e9)) }

    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        (window < threshold ? 2 : 1.25) * window / max(smoothedRTT.seconds, 0.000_1)
    }

    mutating func acknowledged(_ sample: AcknowledgementSample) {
        if let recoveryStart, sample.largestSentAt <= recoveryStart { return }
        guard sample.isWindowLimited else {
            // RFC 9438 section 5.8: idle time is not time to grow in.
            epochStart = nil
            return
        }
        if window < threshold {
            window += Double(sample.bytes)
        } else {
            avoidCongestion(sample)
        }
    }

    /// RFC 9438 sections 4.2 to 4.5.
    private mutating func avoidCongestion(_ sample: AcknowledgementSample) {
        let packet = Double(sample.packetBytes)
        if epochStart == nil { beginEpoch(at: sample.now, packet: packet) }
        let elapsed = (sample.now - (epochStart ?? sample.now)).seconds
        let ahead = elapsed + sample.smoothedRTT.seconds - plateau
        let curve = Self.aggressiveness * ahead * ahead * ahead * packet + maximum
        let target = min(max(curve, window), 1.5 * window)
        let friendly = renoEstimate < maximum ? 3 * (1 - Self.decrease) / (1 + Self.decrease) : 1
        renoEstimate += friendly * packet * Double(sample.bytes) / window
        if curve < renoEstimate {
            window = max(window, renoEstimate)
        } else {
            window += (target - window) * Double(sample.bytes) / window
        }
    }

    private mutating func beginEpoch(at now: Instant, packet: Double) {
        epochStart = now
        renoEstimate = window
        if maximum <= window {
            maximum = window
            plateau = 0
        } else {
            plateau = cubeRoot((maximum - window) / packet / Self.aggressiveness)
        }
    }

    mutating func lost(_ sample: LossSample) {
        let minimum = Double(CongestionController.minimumWindowPackets * sample.packetBytes)
        if sample.isPersistent {
            threshold = max(window * Self.decrease, minimum)
            window = minimum
            recoveryStart = nil
            epochStart = nil
            return
        }
        if let recoveryStart, sample.largestSentAt <= recoveryStart { return }
        recoveryStart = sample.now
        epochStart = nil
        // RFC 9438 section 4.7, fast convergence: leave room for newcomers.
        maximum = window < maximum ? window * (1 + Self.decrease) / 2 : window
        window = max(window * Self.decrease, minimum)
        threshold = window
    }

    /// Newton's method: the core has no mathematics library.
    private func cubeRoot(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        var root = max(value, 1)
        for _ in 0..<64 { root -= (root * root * root - value) / (3 * root * root) }
        return root
    }
}

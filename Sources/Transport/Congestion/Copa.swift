import WireFormat

/// Copa: Arun and Balakrishnan, "Copa: Practical Delay-Based Congestion Control for the Internet", NSDI 2018.
///
/// Why Copa for an interactive screen:
/// - It steers for a queue of a few packets, whatever the buffer, so a key press waits behind little. BBR keeps up to a
///   bandwidth-delay product queued as soon as two flows share a link; loss-based algorithms fill any buffer.
/// - Random loss does not slow it: state datagrams need no repair, and Wi-Fi loses packets without being full.
/// - Flows converge to equal shares from any start, since the target depends on the queue alone, which all see.
/// - It works on each acknowledgement from a few numbers. SCReAM and GCC tune an encoder's rate through many constants
///   over seconds; a screen is silent, then has a whole picture to send, and asks for a window.
///
/// Where we deviate:
/// - The queueing delay is taken from arrival times by the peer's clock as well as from round trips, and the smaller
///   counts: a queue on the way back (the peer's upload) is no reason to send less.
/// - The first millisecond of delay is no queue: schedulers and Wi-Fi aggregation make that much noise, which on a
///   short path would otherwise hold the rate far below the link's.
/// - A loss above 15 % over a round shrinks the window: a buffer too shallow to show delay, or a policer.
/// - Growth and shrinking count bytes, and only a window that was in use grows.
public struct Copa: Sendable {
    /// The window in bytes, as a fraction is kept between acknowledgements.
    private var window: Double
    private var isSlowStart = true
    private var velocity = 1.0
    private var direction = Direction.up
    /// Rounds in which the window moved one way.
    private var sameDirectionRounds = 0
    private var roundEnd: UInt64 = 0
    private var windowAtRound: Double
    private var minimumRTT = WindowedMinimum()
    private var standingRTT = WindowedMinimum()
    private var minimumOneWay = WindowedMinimum()
    private var standingOneWay = WindowedMinimum()
    private var competition: CopaCompetition
    private var lossRound = LossRound()
    private(set) var queueingDelay = Interval.zero

    private enum Direction: Sendable { case up, down }

    /// Bytes since the loss rate was last judged.
    private struct LossRound: Sendable {
        var acknowledged = 0
        var lost = 0
        var reducedAt: Instant?

        /// Old rounds count half: a rate over about the last two windows.
        mutating func delivered(_ bytes: Int, window: Double) {
            acknowledged += bytes
            guard Double(acknowledged) > 2 * window else { return }
            acknowledged /= 2
            lost /= 2
        }
    }

    /// Section 2.2 of the paper: RTTmin over ten seconds, RTTstanding over half a smoothed round trip.
    private static let minimumWindow = Interval.seconds(10)
    private static let toleratedDelay = Interval.milliseconds(1)
    private static let toleratedLoss = 0.15
    private static let lossReduction = 0.7
    private static let maximumWindowBytes = 1e9

    init(initialWindowBytes: Int, at now: Instant) {
        window = Double(initialWindowBytes)
        windowAtRound = window
        competition = CopaCompetition(at: now)
    }

    var windowBytes: Int { Int(window) }

    /// Section 2.1: twice the window per round trip, so that pacing smooths and the window governs.
    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        2 * window / max((standingRTT.value ?? smoothedRTT.seconds), 0.000_1)
    }

    mutating func acknowledged(_ sample: AcknowledgementSample) {
        measure(sample)
        lossRound.delivered(sample.bytes, window: window)
        let delta = competition.delta
        let standing = max(standingRTT.value ?? sample.smoothedRTT.seconds, 0.000_001)
        let packet = Double(sample.packetBytes)
        let queue = max(0, queueingDelay.seconds - Self.toleratedDelay.seconds)
        // Section 2.1: the target rate is 1 / (delta x queueing delay), in packets; compared as windows.
        let target = queue > 0 ? packet * standing / (delta * queue) : .infinity
        if isSlowStart {
            slowStart(sample, target: target)
        } else {
            steer(sample, target: target, delta: delta, packet: packet)
        }
        window = min(max(window, packet * Double(CongestionController.minimumWindowPackets)), Self.maximumWindowBytes)
        if sample.largest >= roundEnd { finishRound(sample) }
    }

    mutating func lost(_ sample: LossSample) {
        let minimum = Double(CongestionController.minimumWindowPackets * sample.packetBytes)
        if sample.isPersistent {
            window = minimum
            isSlowStart = true
            velocity = 1
            return
        }
        competition.lost(sample)
        if sample.isMark {
            reduce(sample, minimum: minimum)
            return
        }
        lossRound.lost += sample.bytes
        let total = lossRound.acknowledged + lossRound.lost
        // Too few packets say nothing of a rate.
        guard lossRound.lost > 4 * sample.packetBytes, Double(lossRound.lost) > Self.toleratedLoss * Double(total)
        else {
            return
        }
        reduce(sample, minimum: minimum)
    }

    private mutating func reduce(_ sample: LossSample, minimum: Double) {
        if let reducedAt = lossRound.reducedAt, sample.largestSentAt <= reducedAt { return }
        lossRound = LossRound(reducedAt: sample.now)
        window = max(window * Self.lossReduction, minimum)
        isSlowStart = false
        turn(.down)
    }

    private mutating func measure(_ sample: AcknowledgementSample) {
        guard let rtt = sample.rtt else { return }
        let standingWindow = sample.smoothedRTT / 2
        minimumRTT.update(rtt.seconds, at: sample.now, window: Self.minimumWindow)
        standingRTT.update(rtt.seconds, at: sample.now, window: standingWindow)
        var queue = (standingRTT.value ?? 0) - (minimumRTT.value ?? 0)
        if let oneWay = sample.oneWayDelay {
            minimumOneWay.update(oneWay.seconds, at: sample.now, window: Self.minimumWindow)
            standingOneWay.update(oneWay.seconds, at: sample.now, window: standingWindow)
            queue = min(queue, (standingOneWay.value ?? 0) - (minimumOneWay.value ?? 0))
        }
        queueingDelay = Interval(nanoseconds: Int64(max(0, min(queue, 60)) * 1e9))
        competition.measured(queue: max(queue, 0), sample)
    }

    /// Section 2.2: double each round trip until the target is below the window.
    private mutating func slowStart(_ sample: AcknowledgementSample, target: Double) {
        guard window < target else {
            isSlowStart = false
            turn(.down)
            return
        }
        if sample.isWindowLimited { window += Double(sample.bytes) }
    }

    /// Section 2.1, step 3: velocity / (delta x window) packets for each packet acknowledged, towards the target.
    private mutating func steer(_ sample: AcknowledgementSample, target: Double, delta: Double, packet: Double) {
        let isUp = window < target
        // Section 2.1, step 4: a change of direction at once ends the sprint.
        if isUp != (direction == .up) { turn(isUp ? .up : .down) }
        let step = min(velocity * packet * Double(sample.bytes) / (delta * window), Double(sample.bytes))
        if !isUp {
            window -= step
        } else if sample.isWindowLimited {
            window += step
        }
    }

    private mutating func turn(_ newDirection: Direction) {
        direction = newDirection
        velocity = 1
        sameDirectionRounds = 0
    }

    /// Section 2.1, step 4: once a round, the velocity doubles if the window has moved the same way three times.
    private mutating func finishRound(_ sample: AcknowledgementSample) {
        roundEnd = sample.next
        competition.roundFinished(at: sample.now, smoothedRTT: sample.smoothedRTT)
        let moved: Direction? = window > windowAtRound ? .up : window < windowAtRound ? .down : nil
        windowAtRound = window
        guard !isSlowStart, moved == direction else {
            velocity = 1
            sameDirectionRounds = 0
            return
        }
        sameDirectionRounds += 1
        if sameDirectionRounds >= 3 { velocity = min(velocity * 2, 65_536) }
    }
}

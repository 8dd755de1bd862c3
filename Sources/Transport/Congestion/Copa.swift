import WireFormat

/// Copa's target, approached by FAST's law: a queue of two packets, for an interactive screen.
///
/// Arun and Balakrishnan, "Copa: Practical Delay-Based Congestion Control for the Internet", NSDI 2018; Wei, Jin, Low
/// and Hegde, "FAST TCP: Motivation, Architecture, Algorithms, Performance", IEEE/ACM ToN 2006.
///
/// Why Copa:
/// - It steers for a queue of a few packets, whatever the buffer, so a key press waits behind little. BBR keeps up to a
///   bandwidth-delay product queued as soon as two flows share a link; loss-based algorithms fill any buffer.
/// - Random loss does not slow it: state datagrams need no repair, and Wi-Fi loses packets without being full.
/// - The target depends on the queue alone, which all flows see, so they converge to equal shares.
/// - It works on each acknowledgement from a few numbers. SCReAM and GCC tune an encoder's rate through many constants
///   over seconds; a screen is silent, then has a whole picture to send, and asks for a window.
///
/// Where we deviate:
/// - Copa steps towards its target at a velocity that doubles; over 100 ms and 20 Mbit/s that swings between an empty
///   link and 80 ms of queue (83 % used, measured in this package's bottleneck simulation). FAST's window law has the
///   same fixed point, `window * queueing delay / RTT = 1 / delta` packets, and approaches it in proportion to the
///   distance. Copa's doubling remains for the way up while there is no queue at all.
/// - Copa's swings also show every flow the empty path. Instead the window dips below its share of the queue for a round
///   every few seconds, as BBR's ProbeRTT does, only far less deep.
/// - What is left of the queue in such a dip belongs to others. If that is most of it, they fill the buffer, and
///   1/delta grows as in Copa's competitive mode (section 2.2), lest we starve.
/// - The queueing delay is taken from arrival times by the peer's clock as well as from round trips, and the smaller
///   counts: a queue on the way back (the peer's upload) is no reason to send less.
/// - The first millisecond of delay is no queue: schedulers and Wi-Fi aggregation make that much noise, which on a
///   short path would otherwise hold the rate far below the link's.
/// - Loss above 8 % shrinks the window and puts a ceiling on it that rises slowly: a buffer too shallow to show delay,
///   or a policer.
public struct Copa: Sendable {
    /// The window in bytes; fractions add up between acknowledgements.
    private var window: Double
    private var isSlowStart = true
    private var delay = DelayEstimate()
    private var loss = LossCeiling()
    /// 1/delta: the packets that one flow keeps queued.
    private var share = Copa.ordinaryShare
    /// Growth per round in shares, while there is no queue.
    private var velocity = 1.0
    private var emptyRounds = 0
    private var roundEnd: UInt64 = 0
    private var dip: Dip?
    private var nextDipAt: Instant

    /// A round below the own share of the queue.
    private struct Dip: Sendable {
        /// What the window comes back to.
        var window: Double
        var end: UInt64
        var queueBefore: Double
        /// The dip takes effect after a round; in the second it is measured.
        var isMeasuring = false
    }

    /// The paper's default: delta 0.5.
    private static let ordinaryShare = 2.0
    private static let largestShare = 64.0
    /// FAST's gamma: the part of the distance covered in a round. Above 1/e it would overshoot a little, as the queue is
    /// seen a round late.
    private static let gain = 0.5
    private static let toleratedDelay = 0.001
    private static let dipInterval = Interval.seconds(2)
    private static let largestWindow = 1e9

    init(initialWindowBytes: Int, at now: Instant) {
        window = Double(initialWindowBytes)
        nextDipAt = now + Self.dipInterval
    }

    var windowBytes: Int { Int(window) }
    var queueingDelay: Interval { delay.queue }

    /// Copa, section 2.1: twice the window per round trip, so that pacing smooths and the window governs.
    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        2 * window / max(delay.standingSeconds ?? smoothedRTT.seconds, 0.000_1)
    }

    mutating func acknowledged(_ sample: AcknowledgementSample) {
        delay.update(sample)
        loss.delivered(sample.bytes, window: window)
        let queue = max(0, delay.queue.seconds - Self.toleratedDelay)
        if isSlowStart {
            slowStart(sample, queue: queue)
        } else if dip == nil {
            steer(sample, queue: queue)
        }
        hold(sample.packetBytes)
        if sample.largest >= roundEnd { finishRound(sample, queue: queue) }
    }

    mutating func lost(_ sample: LossSample) {
        if sample.isPersistent {
            window = Double(CongestionController.minimumWindowPackets * sample.packetBytes)
            isSlowStart = true
            dip = nil
            velocity = 1
            return
        }
        guard let reduction = loss.lost(sample) else { return }
        if isSlowStart {
            endSlowStart(sample.deliveryBytesPerSecond, at: sample.now)
            hold(sample.packetBytes)
            return
        }
        if let dip { window = dip.window }
        dip = nil
        window *= reduction
        hold(sample.packetBytes)
        loss.limit(to: window, packetBytes: sample.packetBytes)
        share = max(share / 2, Self.ordinaryShare)
        velocity = 1
        emptyRounds = 0
    }

    /// Copa, section 2.2: double each round trip until the queue exceeds the target.
    private mutating func slowStart(_ sample: AcknowledgementSample, queue: Double) {
        let standing = delay.standingSeconds ?? sample.smoothedRTT.seconds
        guard window * queue < share * Double(sample.packetBytes) * standing else {
            endSlowStart(sample.deliveryBytesPerSecond, at: sample.now)
            roundEnd = sample.next
            return
        }
        if sample.isWindowLimited { window += Double(sample.bytes) }
    }

    /// The doubling overshot by up to a round. What the path was seen to deliver fills it without a queue.
    private mutating func endSlowStart(_ deliveryBytesPerSecond: Double, at now: Instant) {
        isSlowStart = false
        loss.forgive(through: now)
        window = min(max(deliveryBytesPerSecond * delay.minimumSeconds, window / 3), window)
        nextDipAt = now + Self.dipInterval
    }

    /// FAST, equation 4: towards `window * (RTT - queue) / RTT + share`.
    private mutating func steer(_ sample: AcknowledgementSample, queue: Double) {
        let standing = max(delay.standingSeconds ?? sample.smoothedRTT.seconds, 0.000_01)
        let growth = velocity * share * Double(sample.packetBytes)
        let distance = growth - window * min(queue / standing, 1)
        guard distance < 0 || sample.isWindowLimited else { return }
        let part = min(Double(sample.bytes) / window, 1)
        window += min(Self.gain * distance * part, Double(sample.bytes))
    }

    private mutating func hold(_ packetBytes: Int) {
        let least = Double(CongestionController.minimumWindowPackets * packetBytes)
        window = min(max(min(window, loss.ceiling), least), Self.largestWindow)
    }

    private mutating func finishRound(_ sample: AcknowledgementSample, queue: Double) {
        roundEnd = sample.next
        guard !isSlowStart else { return }
        loss.roundFinished()
        if dip != nil {
            advanceDip(sample)
        } else if sample.now >= nextDipAt {
            beginDip(sample)
        }
        emptyRounds = queue > 0 || !sample.isWindowLimited ? 0 : emptyRounds + 1
        // Copa, section 2.1, step 4: three rounds the same way, then twice as fast each round.
        velocity = emptyRounds < 3 ? 1 : min(velocity * 2, max(1, window / Double(sample.packetBytes) / share))
    }

    private mutating func beginDip(_ sample: AcknowledgementSample) {
        nextDipAt = sample.now + max(Self.dipInterval, sample.smoothedRTT * 20)
        guard sample.isWindowLimited, let standing = delay.standingSeconds, standing > 0 else { return }
        let queue = delay.queue.seconds
        dip = Dip(window: window, end: sample.next, queueBefore: queue)
        let own = window * min(queue / standing, 0.25)
        window -= min(max(2 * own, 2 * Double(sample.packetBytes)), window / 2)
        hold(sample.packetBytes)
    }

    private mutating func advanceDip(_ sample: AcknowledgementSample) {
        guard let present = dip else { return }
        guard present.isMeasuring else {
            dip?.isMeasuring = true
            return
        }
        dip = nil
        window = present.window
        hold(sample.packetBytes)
        let left = delay.queue.seconds
        if left > max(present.queueBefore / 2, 0.01) {
            share = min(share * 2, Self.largestShare)
        } else {
            share = max(share / 2, Self.ordinaryShare)
        }
    }
}

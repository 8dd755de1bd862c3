import WireFormat

/// Copa's target, approached by FAST's law: a queue of a few packets, for an interactive screen.
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
/// - A flow's share of the queue is not two packets but grows with the square root of its window. With two packets, flows
///   over 100 Mbit/s and 40 ms need a minute to become equal, for each round moves them by two packets of hundreds; a share
///   in proportion to the window would never make them equal. The root has one fixed point, equal windows, like the
///   constant, and comes there in a few seconds at all rates; the queue takes less time the faster the line is.
/// - Shares are counted in packets of one size, whatever the path's, lest a flow get less that uses smaller ones; and the
///   queue is measured by packets of the size of bulk, for small ones pass a narrow line sooner.
/// - Copa's swings also show every flow the empty path. Instead the window dips below its share of the queue for a round
///   every second or two, as BBR's ProbeRTT does, only far less deep.
/// - What is left of the queue in such a dip belongs to others. If that is most of it, they fill the buffer, and
///   1/delta grows as in Copa's competitive mode (section 2.2), lest we starve.
/// - The queueing delay is taken from arrival times by the peer's clock as well as from round trips, and the smaller
///   counts: a queue on the way back (the peer's upload) is no reason to send less.
/// - The first millisecond of delay is no queue: schedulers and Wi-Fi aggregation make that much noise, which on a
///   short path would otherwise hold the rate far below the link's.
/// - Below a window of twelve packets bulk goes in smaller ones: they leave a narrow line sooner to a key press, and give
///   the window finer steps than between two packets and three.
/// - Loss above 8 % shrinks the window and puts a ceiling on it that rises slowly: a buffer too shallow to show delay,
///   or a policer.
public struct Copa: Sendable {
    /// The window in bytes; fractions add up between acknowledgements.
    private var window: Double
    private var isSlowStart = true
    private var delay = DelayEstimate()
    private var loss = LossCeiling()
    /// 1 but in competitive mode.
    private var aggression = 1.0
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

    /// In what shares of the queue are counted: an Ethernet packet's payload.
    private static let unit = 1_452.0
    /// A share in units: `slope * (sqrt(window) - offset)`, and this at least. The offset makes the queue of a slow line
    /// shorter. As long as it is below half of the window's root, a smaller window has the larger share for its size, and
    /// flows become equal.
    private static let (slope, offset, leastShare) = (0.9, 0.5, 0.8)
    private static let largestAggression = 64.0
    /// FAST's gamma: the part of the distance covered in a round. Above 1/e it would overshoot a little, as the queue is
    /// seen a round late.
    private static let gain = 0.5
    private static let toleratedDelay = 0.001
    private static let dipInterval = Interval.milliseconds(1_500)
    /// The first dip after the start comes sooner: who joins others knows the empty path from none of its packets.
    private static let firstDip = Interval.seconds(1)
    /// What a dip goes below twice the own share, in packets.
    private static let dipDepth = 1.5
    /// After a dip of ours, queues below this are no sign of flows that fill buffers.
    private static let competingQueue = 0.02
    private static let (competingPackets, longestCompetingQueue) = (3.0, 0.04)
    private static let largestWindow = 1e9
    /// Bulk goes in packets of a part of the window, but not in smaller ones: headers would eat the gain.
    private static let packetsOfWindow = 12.0
    private static let leastBulkBytes = 500.0

    init(initialWindowBytes: Int, at now: Instant) {
        window = Double(initialWindowBytes)
        nextDipAt = now + Self.firstDip
    }

    /// 1/delta in bytes: what this flow keeps queued.
    private var share: Double {
        let packets = max(window / Self.unit, 1)
        return Self.unit * aggression * max(Self.leastShare, Self.slope * (packets.squareRoot() - Self.offset))
    }

    /// The size of packets that carry bulk alone, at most the path's largest.
    func bulkPacketBytes(largest: Int) -> Int {
        guard !isSlowStart else { return largest }
        return min(largest, Int(max(Self.leastBulkBytes, (dip?.window ?? window) / Self.packetsOfWindow)))
    }

    var windowBytes: Int { Int(window) }
    var queueingDelay: Interval { delay.queue }

    /// More than the window per round trip, so that pacing smooths and the window governs: twice as much in Copa, section
    /// 2.1, which makes bursts of two packets where ours leave alone.
    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        (isSlowStart ? 2 : 1.5) * window / max(delay.standingSeconds ?? smoothedRTT.seconds, 0.000_1)
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
        aggression = max(aggression / 2, 1)
        velocity = 1
        emptyRounds = 0
    }

    /// Copa, section 2.2: double each round trip until the queue exceeds the target.
    private mutating func slowStart(_ sample: AcknowledgementSample, queue: Double) {
        let standing = delay.standingSeconds ?? sample.smoothedRTT.seconds
        guard window * queue < share * standing else {
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
        nextDipAt = now + Self.firstDip
    }

    /// FAST, equation 4: towards `window * (RTT - queue) / RTT + share`.
    private mutating func steer(_ sample: AcknowledgementSample, queue: Double) {
        let standing = max(delay.standingSeconds ?? sample.smoothedRTT.seconds, 0.000_01)
        let growth = velocity * share
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
        velocity = emptyRounds < 3 ? 1 : min(velocity * 2, max(1, window / share))
    }

    private mutating func beginDip(_ sample: AcknowledgementSample) {
        // Three to five quarters, by the packet's number: flows that always dipped at one time would not see each other's queues.
        let quarter = Self.dipInterval.nanoseconds / 4
        let spread = Int64(sample.largest &* 0x9E37 & 0xFF) * 2 * quarter / 0xFF
        nextDipAt = sample.now + max(.nanoseconds(3 * quarter + spread), sample.smoothedRTT * 20)
        guard sample.isWindowLimited, let standing = delay.standingSeconds, standing > 0 else { return }
        let queue = delay.queue.seconds
        dip = Dip(window: window, end: sample.next, queueBefore: queue)
        let own = window * min(queue / standing, 0.25)
        window -= min(2 * own + Self.dipDepth * Double(sample.packetBytes), window / 2)
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
        let few = Self.competingPackets * Double(sample.packetBytes) / max(sample.deliveryBytesPerSecond, 1)
        if left > max(present.queueBefore / 2, Self.competingQueue, min(few, Self.longestCompetingQueue)) {
            aggression = min(aggression * 2, Self.largestAggression)
        } else {
            aggression = max(aggression / 2, 1)
        }
    }
}

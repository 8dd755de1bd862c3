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
/// - Towards the fixed point go two steps at once: one by the queue as it is, which must be slow, for all flows answer it
///   together a round late; and a larger one by the queue's mean over some rounds, which makes flows equal three times as
///   fast and does not swing, since the first has settled what they do together.
/// - Shares are counted in packets of one size, whatever the path's, lest a flow get less that uses smaller ones; and the
///   queue is measured by packets of the size of bulk, for small ones pass a narrow line sooner.
/// - Copa's swings also show every flow the empty path. Instead the window dips below its share of the queue for two
///   rounds every second or two, as BBR's ProbeRTT does, only far less deep. Whoever sees half of the queue vanish joins
///   in, so that the path becomes empty for all of them at once, as many as they are: flows that came to a standing queue
///   would else take it for a part of the path.
/// - What is left of the queue in two such dips in a row belongs to others. If that is most of it, they fill the buffer,
///   and 1/delta grows as in Copa's competitive mode (section 2.2), lest we starve.
/// - The queueing delay is taken from arrival times by the peer's clock as well as from round trips, and the smaller
///   counts: a queue on the way back (the peer's upload) is no reason to send less.
/// - The first millisecond of delay is no queue: schedulers and Wi-Fi aggregation make that much noise, which on a
///   short path would otherwise hold the rate far below the link's.
/// - Below a window of twenty packets bulk goes in smaller ones: they leave a narrow line sooner to a key press, and give
///   the window finer steps than between two packets and three. Where they can become no smaller, the pace governs the
///   rate, and the window is a packet wider: seven packets or eight would be one flow's advantage of a seventh.
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
    /// Dips in a row that left most of the queue.
    private var crowdedDips = 0
    /// The mean of the queue over some rounds outside of dips, in seconds.
    private var meanQueue = 0.0
    /// Growth per round in shares, while there is no queue.
    private var velocity = 1.0
    private var emptyRounds = 0
    private var roundEnd: UInt64 = 0
    private var dip: Dip?
    /// Rounds after a dip that still show its queue, or that of those who joined it late: they tell nothing of our window.
    private var settlingRounds = 0
    private var lastDipAt: Instant
    private var nextDipAt: Instant

    /// Some rounds below the own share of the queue.
    private struct Dip: Sendable {
        /// What the window comes back to.
        var window: Double
        var queueBefore: Double
        /// A dip takes effect after a round and is measured in the second, or in the third if others joined it.
        var rounds = 0
    }

    /// In what shares of the queue are counted: an Ethernet packet's payload.
    private static let unit = 1_452.0
    /// A share in units: `slope * sqrt(window)`, and this at least.
    private static let (slope, leastShare) = (0.4, 0.5)
    private static let largestAggression = 64.0
    /// FAST's gamma, the part of the distance covered in a round: by the present queue, above 1/e of which it would overshoot
    /// a little, as it is seen a round late; and by its mean over so many rounds.
    private static let (gain, meanGain, meanRounds) = (0.5, 1.5, 8.0)
    private static let toleratedDelay = 0.001
    private static let dipInterval = Interval.milliseconds(1_500)
    /// The first dip after the start comes sooner: who joins others knows the empty path from none of its packets.
    private static let firstDip = Interval.seconds(1)
    /// What a dip goes below twice the own share, in packets.
    private static let dipDepth = 1.5
    private static let (longestDip, roundsOfDip) = (3, 5)
    /// What is left of the mean queue when another flow's dip is joined, and the time between dips that are.
    private static let joinedQueue = 0.5
    private static let (joinInterval, joinRounds) = (Interval.milliseconds(500), 10 as Int64)
    /// After a dip of ours, queues below this are no sign of flows that fill buffers.
    private static let competingQueue = 0.02
    private static let (competingPackets, longestCompetingQueue, competingDips) = (3.0, 0.04, 2)
    private static let largestWindow = 1e9
    /// Bulk goes in packets of a part of the window, but not in smaller ones: headers would eat the gain.
    private static let packetsOfWindow = 20.0
    private static let leastBulkBytes = 500.0

    init(initialWindowBytes: Int, at now: Instant) {
        window = Double(initialWindowBytes)
        lastDipAt = now
        nextDipAt = now + Self.firstDip
    }

    /// 1/delta in bytes: what this flow keeps queued.
    private var share: Double {
        let packets = max(window / Self.unit, 1)
        return Self.unit * aggression * max(Self.leastShare, Self.slope * packets.squareRoot())
    }

    /// The size of packets that carry bulk alone, at most the path's largest.
    func bulkPacketBytes(largest: Int) -> Int {
        guard !isSlowStart else { return largest }
        return min(largest, Int(max(Self.leastBulkBytes, undippedWindow / Self.packetsOfWindow)))
    }

    private var undippedWindow: Double { dip?.window ?? window }

    /// Whether the pace, not the window, holds packets back.
    var isPaceGoverned: Bool { !isSlowStart && undippedWindow < Self.packetsOfWindow * Self.leastBulkBytes }
    var windowBytes: Int { Int(isPaceGoverned ? window + Self.leastBulkBytes : window) }
    var queueingDelay: Interval { delay.queue }

    /// More than the window per round trip, so that pacing smooths and the window governs: twice as much in Copa, section
    /// 2.1, which makes bursts of two packets where ours leave alone. A window of a few packets is too coarse to govern.
    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        let factor = isSlowStart ? 2 : isPaceGoverned ? 1 : 1.5
        return factor * window / max(delay.standingSeconds ?? smoothedRTT.seconds, 0.000_1)
    }

    mutating func acknowledged(_ sample: AcknowledgementSample) {
        delay.update(sample, dipsShowEmptyPath: crowdedDips == 0)
        loss.delivered(sample.bytes, window: window)
        let queue = max(0, delay.queue.seconds - Self.toleratedDelay)
        if isSlowStart {
            slowStart(sample, queue: queue)
        } else if dip == nil, settlingRounds == 0 {
            steer(sample, queue: queue)
            joinDip(sample)
        }
        // State goes in larger packets than bulk may.
        hold(max(bulkPacketBytes(largest: sample.packetBytes), sample.newestBytes))
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
            hold(bulkPacketBytes(largest: sample.packetBytes))
            return
        }
        if let dip { window = dip.window }
        dip = nil
        window *= reduction
        hold(bulkPacketBytes(largest: sample.packetBytes))
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
        meanQueue = max(0, delay.queue.seconds - Self.toleratedDelay)
        lastDipAt = now
        nextDipAt = now + Self.firstDip
    }

    /// FAST, equation 4: towards `window * (RTT - queue) / RTT + share`.
    private mutating func steer(_ sample: AcknowledgementSample, queue: Double) {
        let standing = max(delay.standingSeconds ?? sample.smoothedRTT.seconds, 0.000_01)
        let part = min(Double(sample.bytes) / window, 1)
        meanQueue += (queue - meanQueue) * part / Self.meanRounds
        var distance = Self.gain * (velocity * share - window * min(queue / standing, 1))
        // Without a queue, no step down; and none of more than a share, for the mean is slow to forget.
        if queue > 0 {
            let meanRTT = max(delay.minimumSeconds, 0.000_01) + meanQueue
            distance += Self.meanGain * (share - min(window * meanQueue / meanRTT, 2 * share))
        }
        guard distance < 0 || sample.isWindowLimited else { return }
        window += min(distance * part, Double(sample.bytes))
    }

    /// - Parameter packetBytes: two of such packets must fit.
    private mutating func hold(_ packetBytes: Int) {
        let least = Double(CongestionController.minimumWindowPackets * packetBytes)
        window = min(max(min(window, loss.ceiling), least), Self.largestWindow)
    }

    private mutating func finishRound(_ sample: AcknowledgementSample, queue: Double) {
        roundEnd = sample.next
        guard !isSlowStart else { return }
        loss.roundFinished()
        settlingRounds = max(settlingRounds - 1, 0)
        if dip != nil {
            advanceDip(sample)
        } else if sample.now >= nextDipAt {
            beginDip(sample)
        }
        let isEmpty = queue <= 0 && dip == nil && settlingRounds == 0 && sample.isWindowLimited
        emptyRounds = isEmpty ? emptyRounds + 1 : 0
        // Copa, section 2.1, step 4: three rounds the same way, then twice as fast each round; by half the window at most.
        velocity = emptyRounds < 3 ? 1 : min(velocity * 2, max(1, window / share / 2))
    }

    private mutating func beginDip(_ sample: AcknowledgementSample) {
        // Three to five quarters, by the packet's number, lest dips keep step with something else on the path.
        let quarter = Self.dipInterval.nanoseconds / 4
        let spread = Int64(sample.largest &* 0x9E37 & 0xFF) * 2 * quarter / 0xFF
        nextDipAt = sample.now + max(.nanoseconds(3 * quarter + spread), sample.smoothedRTT * 20)
        // An empty path shows what a dip would.
        guard sample.isWindowLimited, emptyRounds < 2, let standing = delay.standingSeconds, standing > 0 else {
            return
        }
        let queue = delay.queue.seconds
        dip = Dip(window: window, queueBefore: max(queue, meanQueue))
        lastDipAt = sample.now
        let own = window * min(queue / standing, 0.25)
        window -= min(2 * own + Self.dipDepth * Double(sample.packetBytes), window / 2)
        hold(bulkPacketBytes(largest: sample.packetBytes))
    }

    /// Another flow's dip makes the queue fall: with ours, it empties.
    private mutating func joinDip(_ sample: AcknowledgementSample) {
        guard sample.isWindowLimited, emptyRounds == 0,
            delay.queue.seconds < Self.joinedQueue * (meanQueue + Self.toleratedDelay),
            sample.now > lastDipAt + max(Self.joinInterval, sample.smoothedRTT * Self.joinRounds)
        else { return }
        beginDip(sample)
        roundEnd = sample.next
    }

    private mutating func advanceDip(_ sample: AcknowledgementSample) {
        let left = delay.queue.seconds
        guard var present = dip else { return }
        present.rounds += 1
        let isOver = present.rounds == Self.longestDip || (present.rounds == 2 && left <= Self.toleratedDelay)
        guard isOver else {
            dip = present
            return
        }
        dip = nil
        settlingRounds = Self.roundsOfDip - present.rounds
        lastDipAt = sample.now
        window = present.window
        hold(bulkPacketBytes(largest: sample.packetBytes))
        let few = Self.competingPackets * Double(sample.packetBytes) / max(sample.deliveryBytesPerSecond, 1)
        if left > max(present.queueBefore / 2, Self.competingQueue, min(few, Self.longestCompetingQueue)) {
            crowdedDips += 1
            if crowdedDips >= Self.competingDips { aggression = min(aggression * 2, Self.largestAggression) }
        } else {
            crowdedDips = 0
            aggression = max(aggression / 2, 1)
        }
    }
}

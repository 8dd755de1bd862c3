import WireFormat

/// One direction of a simulated path: delay, faults, and a bottleneck with a queue that drops its tail.
struct LinkModel {
    var delay = Interval.milliseconds(20)
    /// Added to each packet at random, evenly up to this: packets overtake each other.
    var jitter = Interval.zero
    var loss = 0.0
    var duplication = 0.0
    /// Bits are flipped, as an authenticated peer gone mad would send them.
    var corruption = 0.0
    /// Packets larger than this vanish without a word.
    var largestPacket = 65_535
    /// Bytes a second; nil is no bottleneck.
    var bytesPerSecond: Double?
    var queueBytes = Int.max
    /// The queue marks what is ECN-capable, from so many bytes on.
    var markBytes = Int.max
    /// What the path does to the ECN field.
    var treatment = ECNTreatment.carried
    /// Everything sent in these periods is lost.
    var outages: [Range<Instant>] = []

    /// When the bottleneck will have sent all it holds.
    var busyUntil = Instant.zero
    var deliveredBytes = 0
    var droppedPackets = 0
    var sentPackets = 0
    /// Waits in the bottleneck's queue, in nanoseconds.
    var queueingDelays: [Int64] = []

    /// Bytes waiting in the bottleneck at an instant.
    func backlog(at now: Instant) -> Int {
        guard let bytesPerSecond, busyUntil > now else { return 0 }
        return Int((busyUntil - now).seconds * bytesPerSecond)
    }

    /// When a packet of a size comes out of the bottleneck, or nil if the queue drops it.
    mutating func pass(_ bytes: Int, at now: Instant) -> Instant? {
        guard let bytesPerSecond else { return now }
        guard backlog(at: now) + bytes <= queueBytes else {
            droppedPackets += 1
            return nil
        }
        queueingDelays.append(max(0, (busyUntil - now).nanoseconds))
        busyUntil = max(busyUntil, now) + Interval(nanoseconds: Int64(Double(bytes) / bytesPerSecond * 1e9))
        return busyUntil
    }

    /// The delay that this share of packets did not exceed.
    func queueingDelay(percentile: Double) -> Interval {
        let sorted = queueingDelays.sorted()
        guard !sorted.isEmpty else { return .zero }
        return Interval(nanoseconds: sorted[min(sorted.count - 1, Int(Double(sorted.count) * percentile))])
    }
}

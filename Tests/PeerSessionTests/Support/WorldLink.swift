import WireFormat

/// A link that has a rate and a queue each way, loses datagrams and lets some overtake others.
struct WorldLink {
    /// Nil takes no time.
    var bytesPerSecond: Double?
    var queueBytes = 50_000
    var loss = 0.0
    /// The most that a datagram is late beyond its turn.
    var jitter = Interval.zero
    /// Bytes that came through, IP and UDP headers included.
    private(set) var carriedBytes = 0
    private var isFreeAt = [Instant.zero, Instant.zero]

    init(
        bytesPerSecond: Double? = nil, queueBytes: Int = 50_000, loss: Double = 0, jitter: Interval = .zero
    ) {
        self.bytesPerSecond = bytesPerSecond
        self.queueBytes = queueBytes
        self.loss = loss
        self.jitter = jitter
    }

    /// How much later than a bare delay it arrives; nil if it is lost.
    mutating func delay(
        of payloadBytes: Int, isToHost: Bool, at now: Instant, random: inout SeededRandom
    ) -> Interval? {
        var delay = Interval.zero
        if let bytesPerSecond {
            let bytes = payloadBytes + 28
            let direction = isToHost ? 1 : 0
            let start = max(isFreeAt[direction], now)
            guard (start - now).seconds * bytesPerSecond <= Double(queueBytes) else { return nil }
            isFreeAt[direction] = start + Interval(nanoseconds: Int64(Double(bytes) / bytesPerSecond * 1e9))
            delay = isFreeAt[direction] - now
            carriedBytes += bytes
        }
        if loss > 0, Double(random.next() >> 11) * 0x1p-53 < loss { return nil }
        if jitter > .zero {
            delay = delay + Interval(nanoseconds: Int64(random.next() % UInt64(jitter.nanoseconds)))
        }
        return delay
    }
}

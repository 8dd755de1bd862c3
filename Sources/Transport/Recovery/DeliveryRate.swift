import WireFormat

/// How fast the path delivers what it is given: bytes acknowledged between a packet's sending and its acknowledgement
/// (Cheng, Cardwell and others, "Delivery Rate Estimation", draft-ietf-ccwg-bbr section 4.1).
struct DeliveryRate: Sendable {
    private(set) var deliveredBytes: UInt64 = 0
    private(set) var deliveredAt: Instant
    /// The largest rate of late, negated.
    private var slowest = WindowedMinimum()

    init(at now: Instant) { deliveredAt = now }

    var bytesPerSecond: Double { -(slowest.value ?? 0) }

    /// Nothing is in flight: the time until now delivered nothing, and says nothing.
    mutating func restart(at now: Instant) { deliveredAt = now }

    mutating func acknowledged(_ bytes: Int, at now: Instant) {
        deliveredBytes += UInt64(bytes)
        deliveredAt = now
    }

    /// - Parameter packet: the newest packet acknowledged.
    mutating func sample(_ packet: SentPacket, smoothedRTT: Interval, at now: Instant) {
        let elapsed = max(now - packet.deliveredAt, now - packet.sentAt)
        guard elapsed > .zero, deliveredBytes > packet.deliveredBytes else { return }
        let rate = Double(deliveredBytes - packet.deliveredBytes) / elapsed.seconds
        slowest.update(-rate, at: now, window: max(smoothedRTT * 8, .milliseconds(500)))
    }
}

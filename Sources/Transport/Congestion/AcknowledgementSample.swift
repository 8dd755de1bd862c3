import WireFormat

/// What one acknowledgement says about the path, for congestion control.
struct AcknowledgementSample {
    var now: Instant
    /// Bytes newly acknowledged.
    var bytes: Int
    /// The newest packet number acknowledged, and the next to be sent: they delimit rounds.
    var largest: UInt64
    var next: UInt64
    /// When the newest acknowledged packet was sent.
    var largestSentAt: Instant
    /// The round trip measured by this acknowledgement, if it gave one; of a packet that was not much smaller than those of
    /// bulk, for such a one takes less time on a narrow line.
    var rtt: Interval?
    /// Arrival by the peer's clock less sending by ours: only differences mean anything.
    var oneWayDelay: Interval?
    var smoothedRTT: Interval
    /// The window held back packets when these were sent: only then does their delivery prove it too small.
    var isWindowLimited: Bool
    var packetBytes: Int
    /// The size of the newest packet acknowledged.
    var newestBytes: Int
    /// What the path has delivered of late.
    var deliveryBytesPerSecond: Double
}

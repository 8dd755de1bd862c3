import WireFormat

/// What was found lost at once, for congestion control.
struct LossSample {
    var now: Instant
    var bytes: Int
    /// When the newest lost packet was sent: losses within one round trip are one event.
    var largestSentAt: Instant
    var packetBytes: Int
    /// What the path has delivered of late.
    var deliveryBytesPerSecond: Double
    /// Everything was lost for several probe timeouts (RFC 9002 section 7.6).
    var isPersistent: Bool
    /// The packets were delivered, but marked (RFC 3168).
    var isMark = false
}

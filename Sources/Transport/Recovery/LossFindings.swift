import WireFormat

/// What one pass of loss detection found on the present path.
struct LossFindings {
    private(set) var bytes = 0
    private(set) var largestSentAt = Instant.zero
    /// The longest time between two lost packets with none acknowledged between them.
    private(set) var longestRun = Interval.zero
    private var runStart: Instant?

    mutating func add(_ packet: SentPacket) {
        // A lost probe for a larger MTU says nothing of congestion (RFC 9000 section 14.4).
        guard !packet.flags.contains(.mtuProbe) else { return }
        bytes += Int(packet.bytes)
        largestSentAt = packet.sentAt
        let start = runStart ?? packet.sentAt
        runStart = start
        longestRun = max(longestRun, packet.sentAt - start)
    }

    mutating func interrupt() { runStart = nil }
}

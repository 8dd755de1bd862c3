import WireFormat

/// What one pass of loss detection found on the present path.
struct LossFindings {
    private(set) var bytes = 0
    private(set) var largestSentAt = Instant.zero
    /// The longest time between two lost packets with none acknowledged between them.
    private(set) var longestRun = Interval.zero
    private var runStart: Instant?
    /// The newest of those lost that were larger than the base.
    private(set) var newestLarge: UInt64?
    private let baseBytes: Int

    /// - Parameter baseBytes: what every path carries.
    init(baseBytes: Int) { self.baseBytes = baseBytes }

    mutating func add(_ packet: SentPacket, number: UInt64) {
        // A lost probe for a larger MTU says nothing of congestion (RFC 9000 section 14.4).
        guard !packet.flags.contains(.mtuProbe) else { return }
        bytes += Int(packet.bytes)
        if packet.bytes > baseBytes { newestLarge = number }
        largestSentAt = packet.sentAt
        let start = runStart ?? packet.sentAt
        runStart = start
        longestRun = max(longestRun, packet.sentAt - start)
    }

    mutating func interrupt() { runStart = nil }
}

import WireFormat

/// Keeps the screen datagrams of a session, encoded as a recording's events, until the owner takes them.
public struct ScreenTap: Sendable {
    /// When the recording began.
    private let beganAt: Instant
    private var block: [UInt8] = []
    private var missingCount: UInt64 = 0

    /// An owner takes what is here after each turn; should it not, this many bytes are kept and the rest is counted.
    static let byteLimit = 4 << 20

    public init(beganAt: Instant) { self.beganAt = beganAt }

    mutating func note(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {
        guard block.count + content.count <= Self.byteLimit else {
            missingCount += 1
            return
        }
        RecordedEvent.appendScreen(content, packetNumber: packetNumber, to: &block, after: now - beganAt)
    }

    /// Hands out what was kept since the last call: whole events.
    mutating func take(at now: Instant) -> [UInt8] {
        if missingCount > 0 {
            RecordedEvent.missing(count: missingCount).append(to: &block, after: now - beganAt)
            missingCount = 0
        }
        defer { block = [] }
        return block
    }
}

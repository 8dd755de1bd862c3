import Transport
import WireFormat

/// A screen that always has a datagram's worth of news, or one that only looks.
struct FullScreen: StateChannel {
    var hasContent: Bool

    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool {
        guard hasContent else { return false }
        while content.freeCapacity > 0 { content.append(UInt8(truncatingIfNeeded: content.count)) }
        return true
    }

    mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {}
    mutating func acknowledged(packetNumber: UInt64) {}
    mutating func lost(packetNumber: UInt64) {}
}

import WireFormat

/// A state channel that never has content and ignores what arrives: for connections that carry only streams.
public struct NoStateChannel: StateChannel, Sendable {
    public init() {}

    public var hasContent: Bool { false }

    public mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool {
        false
    }

    public mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {}

    public mutating func acknowledged(packetNumber: UInt64) {}

    public mutating func lost(packetNumber: UInt64) {}
}

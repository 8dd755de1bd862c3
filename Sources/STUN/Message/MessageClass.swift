/// What a message is within its transaction (RFC 8489 section 5).
@frozen
public enum MessageClass: UInt16, Hashable, Sendable, CaseIterable {
    case request = 0
    /// Sent once, never answered.
    case indication = 1
    case successResponse = 2
    case errorResponse = 3

    /// Whether the message answers a request.
    @inlinable
    public var isResponse: Bool { rawValue >= 2 }
}

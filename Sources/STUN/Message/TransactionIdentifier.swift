import WireFormat

/// The 96 bits that tie a response to its request (RFC 8489 section 5).
///
/// It must be unpredictable, or an off-path attacker could answer for the server.
@frozen
public struct TransactionIdentifier: Hashable, Sendable {
    public let high: UInt32
    public let low: UInt64

    @inlinable
    public init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh identifier.
    @inlinable
    public init(random: inout SeededRandom) {
        self.init(high: UInt32(truncatingIfNeeded: random.next()), low: random.next())
    }
}

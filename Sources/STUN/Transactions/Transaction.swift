import WireFormat

/// A request on its way: what the owner needs to send it again, and when that is due.
public struct Transaction<Content: Sendable>: Sendable {
    public let identifier: TransactionIdentifier
    /// What the owner attached: enough to write the same request again, byte for byte.
    public var content: Content
    public let startedAt: Instant
    /// How often the request was sent, the first time included.
    public internal(set) var sendCount: Int
    var deadline: Instant
    let policy: RetransmissionPolicy
    let isReliable: Bool

    /// The round-trip time if the answer came at `now`; nil if the request was repeated, for then nobody knows
    /// which of them was answered (Karn's rule, which RFC 8489 section 6.2.1 prescribes).
    public func roundTrip(at now: Instant) -> Interval? { sendCount == 1 ? now - startedAt : nil }
}

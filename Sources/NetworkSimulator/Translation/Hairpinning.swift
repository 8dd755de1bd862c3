/// What happens to a packet from inside to one of the NAT's own external addresses (RFC 4787 section 6).
public enum Hairpinning: UInt8, Hashable, Sendable, CaseIterable {
    /// It is dropped.
    case off
    /// It comes back in with the sender's external address as its source, as REQ-9 demands.
    case externalSource
    /// It comes back in with the sender's internal address as its source.
    case internalSource
}

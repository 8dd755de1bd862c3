import WireFormat

/// The family of an address as STUN and TURN write it (RFC 8489 section 14.1, RFC 8656 section 18.6).
@frozen
public enum AddressFamily: UInt8, Hashable, Sendable {
    case ipv4 = 0x01
    case ipv6 = 0x02

    @inlinable
    public init(of ip: IPAddress) { self = ip.isIPv4 ? .ipv4 : .ipv6 }
}

/// An IPv4 or IPv6 address.
@frozen
public enum IPAddress: Hashable, Sendable {
    /// The 32 bits, most significant byte first: 192.0.2.1 is `0xC000_0201`.
    case v4(UInt32)
    /// The 128 bits as two halves, most significant first.
    case v6(high: UInt64, low: UInt64)

    public var isIPv4: Bool {
        if case .v4 = self { true } else { false }
    }

    /// `0.0.0.0` or `::`, the address a socket is bound to when it takes every local address.
    public var isUnspecified: Bool {
        switch self {
        case .v4(let bits): bits == 0
        case .v6(let high, let low): high == 0 && low == 0
        }
    }

    /// The IPv4 address inside a v4-mapped IPv6 address (`::ffff:0:0/96`, RFC 4291 section 2.5.5.2); otherwise self.
    public var unmapped: IPAddress {
        if case .v6(0, let low) = self, low >> 32 == 0xFFFF { return .v4(UInt32(truncatingIfNeeded: low)) }
        return self
    }
}

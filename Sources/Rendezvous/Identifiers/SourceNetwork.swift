import WireFormat

/// Whom something counts against that comes from an address: an IPv4 address, or the IPv6 network of 64 bits that one
/// customer has for himself at least.
public struct SourceNetwork: Hashable, Sendable {
    private let high: UInt64
    private let isIPv4: Bool

    public init(_ ip: IPAddress) {
        switch ip.unmapped {
        case .v4(let bits): (high, isIPv4) = (UInt64(bits), true)
        case .v6(let high, _): (self.high, isIPv4) = (high, false)
        }
    }
}

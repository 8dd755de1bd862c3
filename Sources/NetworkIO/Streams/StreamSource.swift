import WireFormat

/// Whom an accepted connection counts against: an IPv4 address, or the /64 network that an IPv6 host usually has for
/// itself.
struct StreamSource: Hashable {
    private let high: UInt64
    private let isIPv4: Bool

    init(_ ip: IPAddress) {
        switch ip {
        case .v4(let bits): (high, isIPv4) = (UInt64(bits), true)
        case .v6(let high, _): (self.high, isIPv4) = (high, false)
        }
    }
}

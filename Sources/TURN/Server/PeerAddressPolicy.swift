import WireFormat

/// Which addresses a relay sends to: public ones only, unless the operator allows a range.
///
/// A relay stands where its clients do not, often with a private network behind it. So CreatePermission and
/// ChannelBind refuse (403) every address that is not somebody on the Internet: RFC 8656 section 21.1.3 asks for
/// loopback; the rest is what relays have been abused for.
public struct PeerAddressPolicy: Hashable, Sendable {
    /// Why an address is refused.
    public enum Refusal: String, Hashable, Sendable, CaseIterable {
        case unspecified
        case loopback
        case privateNetwork
        case linkLocal
        case carrierShared
        case multicast
        case broadcast
        /// Ranges with a special purpose that no peer has (RFC 6890).
        case reserved
        /// An IPv6 form that stands for an IPv4 address: the peer is named by its IPv4 address or not at all.
        case mapped
        /// The server itself; live relayed addresses are let through by the server, one by one.
        case ownAddress
    }

    /// Ranges that the operator allows although they would be refused, the server's own addresses included.
    public var allowed: [AddressRange]
    /// The server's own addresses, bound and advertised.
    public var ownAddresses: [IPAddress]

    public init(allowed: [AddressRange] = [], ownAddresses: [IPAddress] = []) {
        self.allowed = allowed
        self.ownAddresses = ownAddresses
    }

    /// Why the address is refused as a peer; nil if it is fine.
    public func refusal(of ip: IPAddress) -> Refusal? {
        for range in allowed where range.contains(ip) { return nil }
        if ownAddresses.contains(ip) { return .ownAddress }
        if ip.isUnspecified { return .unspecified }
        switch ip {
        case .v4(let bits): return refusal(ofIPv4: bits, ip)
        case .v6(let high, let low): return refusal(ofIPv6: high, low, ip)
        }
    }

    private func refusal(ofIPv4 bits: UInt32, _ ip: IPAddress) -> Refusal? {
        if ip.isBroadcast { return .broadcast }
        if ip.isLoopback { return .loopback }
        if ip.isPrivate { return .privateNetwork }
        if ip.isLinkLocal { return .linkLocal }
        if ip.isCarrierShared { return .carrierShared }
        if ip.isMulticast { return .multicast }
        // "This network" (RFC 791), protocol assignments (RFC 6890), benchmarking (RFC 2544), class E (RFC 1112).
        let isReserved = bits >> 24 == 0 || bits >> 8 == 0xC0_0000 || bits >> 17 == 0x6309 || bits >> 28 == 0xF
        return isReserved ? .reserved : nil
    }

    private func refusal(ofIPv6 high: UInt64, _ low: UInt64, _ ip: IPAddress) -> Refusal? {
        if ip == .v6(high: 0, low: 1) { return .loopback }
        if isTranslated(high, low) { return .mapped }
        if ip.isPrivate { return .privateNetwork }
        // Site-local fec0::/10 was link-local's neighbour until RFC 3879.
        if high >> 54 == 0x3FA || high >> 54 == 0x3FB { return .linkLocal }
        if ip.isMulticast { return .multicast }
        // Discard-only 100::/64 (RFC 6666).
        return high == 0x0100_0000_0000_0000 ? .reserved : nil
    }

    /// v4-mapped and v4-compatible (RFC 4291), v4-translated (RFC 2765), NAT64 (RFC 6052, RFC 8215), Teredo
    /// (RFC 4380), 6to4 (RFC 3056).
    private func isTranslated(_ high: UInt64, _ low: UInt64) -> Bool {
        if high == 0 { return low >> 48 == 0 || low >> 32 == 0xFFFF_0000 }
        return high >> 16 == 0x0064_FF9B_0001 || high == 0x0064_FF9B_0000_0000 || high >> 32 == 0x2001_0000
            || high >> 48 == 0x2002
    }
}

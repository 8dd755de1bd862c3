/// Where an address reaches: the ranges of the IANA special-purpose registries (RFC 6890) that matter to a peer.
extension IPAddress {
    /// 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool {
        switch unmapped {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    /// 10/8, 172.16/12, 192.168/16 (RFC 1918) or `fc00::/7` (RFC 4193).
    public var isPrivate: Bool {
        switch unmapped {
        case .v4(let bits): bits >> 24 == 10 || bits >> 20 == 0xAC1 || bits >> 16 == 0xC0A8
        case .v6(let high, _): high >> 57 == 0x7E
        }
    }

    /// 169.254/16 (RFC 3927) or `fe80::/10` (RFC 4291).
    public var isLinkLocal: Bool {
        switch unmapped {
        case .v4(let bits): bits >> 16 == 0xA9FE
        case .v6(let high, _): high >> 54 == 0x3FA
        }
    }

    /// 100.64/10, the shared space between a carrier-grade NAT and its customers (RFC 6598).
    public var isCarrierShared: Bool {
        if case .v4(let bits) = unmapped { bits >> 22 == 0x191 } else { false }
    }

    /// 224/4 or `ff00::/8`.
    public var isMulticast: Bool {
        switch unmapped {
        case .v4(let bits): bits >> 28 == 0xE
        case .v6(let high, _): high >> 56 == 0xFF
        }
    }

    /// 255.255.255.255.
    public var isBroadcast: Bool { unmapped == .v4(.max) }
}

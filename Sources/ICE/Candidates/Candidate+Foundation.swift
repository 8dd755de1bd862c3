import WireFormat

extension Candidate {
    /// A foundation from what RFC 8445 section 5.1.1.3 makes it depend on: kind, base address, server, transport.
    static func foundation(
        kind: CandidateKind, base: IPAddress, server: IPAddress?, transport: TransportProtocol
    ) -> UInt32 {
        var hash = FoundationHash()
        hash.combine(UInt64(kind.rawValue) << 8 | UInt64(transport.rawValue))
        hash.combine(base)
        if let server { hash.combine(server) }
        return hash.value
    }

    /// A foundation that no other candidate has, for a remote candidate learned from a check
    /// (RFC 8445 section 7.3.1.3: "an arbitrary value, different from the foundations of all other remote candidates").
    static func arbitraryFoundation(of address: TransportAddress) -> UInt32 {
        var hash = FoundationHash()
        hash.combine(UInt64(address.port) << 16 | 0xFFFF)
        hash.combine(address.ip)
        return hash.value
    }
}

/// FNV-1a over words, folded to 32 bits: the same in every run, unlike `Hasher`.
struct FoundationHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    var value: UInt32 { UInt32(truncatingIfNeeded: state ^ state >> 32) }

    mutating func combine(_ word: UInt64) {
        var word = word
        for _ in 0..<8 {
            state = (state ^ (word & 0xFF)) &* 0x100_0000_01B3
            word >>= 8
        }
    }

    mutating func combine(_ address: IPAddress) {
        switch address {
        case .v4(let bits): combine(UInt64(bits))
        case .v6(let high, let low):
            combine(high)
            combine(low)
        }
    }
}

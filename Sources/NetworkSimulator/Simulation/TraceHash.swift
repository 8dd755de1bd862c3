import WireFormat

/// A 64-bit hash over everything that was delivered: one seed, one value.
struct TraceHash {
    private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func combine(_ word: UInt64) { value = Self.fold(value ^ word, 0xA24B_AED4_963E_E407) }

    mutating func combine(_ address: TransportAddress) {
        switch address.ip {
        case .v4(let bits): combine(UInt64(bits) << 16 | UInt64(address.port))
        case .v6(let high, let low):
            combine(high)
            combine(low)
            combine(UInt64(address.port) | 1 << 63)
        }
    }

    /// Sixteen bytes a step.
    mutating func combine(_ bytes: Span<UInt8>) {
        combine(UInt64(bytes.count))
        var offset = 0
        var hash = value
        let raw = unsafe bytes.bytes
        while offset + 16 <= bytes.count {
            let first = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let second = unsafe UInt64(
                littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            hash = Self.fold(hash ^ first, second ^ 0x9FB2_1C65_1E98_DF25)
            offset += 16
        }
        var rest: (UInt64, UInt64) = (0, 0)
        while offset < bytes.count {
            rest = (rest.0 << 8 | rest.1 >> 56, rest.1 << 8 | UInt64(bytes[offset]))
            offset += 1
        }
        value = Self.fold(hash ^ rest.0, rest.1 ^ 0xD6E8_FEB8_6659_FD93)
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low ^ left
    }
}

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

    /// Sixty-four bytes a step in four lanes that do not wait for each other, then sixteen, then the rest.
    mutating func combine(_ bytes: Span<UInt8>) {
        combine(UInt64(bytes.count))
        var offset = 0
        if bytes.count >= 64 {
            var lanes = (value, value ^ Self.keys.0, value ^ Self.keys.1, value ^ Self.keys.2)
            while offset + 64 <= bytes.count {
                lanes.0 = Self.step(lanes.0, bytes, offset)
                lanes.1 = Self.step(lanes.1, bytes, offset + 16)
                lanes.2 = Self.step(lanes.2, bytes, offset + 32)
                lanes.3 = Self.step(lanes.3, bytes, offset + 48)
                offset += 64
            }
            value = Self.fold(lanes.0 ^ Self.keys.0, lanes.1) ^ Self.fold(lanes.2 ^ Self.keys.1, lanes.3)
        }
        while offset + 16 <= bytes.count {
            value = Self.step(value, bytes, offset)
            offset += 16
        }
        var rest: (UInt64, UInt64) = (0, 0)
        while offset < bytes.count {
            rest = (rest.0 << 8 | rest.1 >> 56, rest.1 << 8 | UInt64(bytes[offset]))
            offset += 1
        }
        value = Self.fold(value ^ rest.0, rest.1 ^ Self.keys.2)
    }

    private static let keys: (UInt64, UInt64, UInt64) = (
        0x9FB2_1C65_1E98_DF25, 0xD6E8_FEB8_6659_FD93, 0xC2B2_AE3D_27D4_EB4F
    )

    /// - Precondition: sixteen bytes follow the offset.
    @inline(__always)
    private static func step(_ hash: UInt64, _ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
        let raw = unsafe bytes.bytes
        let first = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let second = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        return fold(hash ^ first, second ^ keys.0)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low ^ left
    }
}

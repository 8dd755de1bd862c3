/// The checksum of FINGERPRINT: CRC-32 as in ITU V.42, eight bytes a step ("slicing by eight").
enum CRC32 {
    /// Table `k` at `k * 256`: the effect of a byte with `k` bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 255)]
        }
        return tables
    }()

    static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        let tables = tables.span
        var sum: UInt32 = .max
        var index = 0
        while bytes.count - index >= 8 {
            sum ^= word(bytes, index)
            let high = word(bytes, index + 4)
            let low =
                tables[1792 + Int(sum & 255)] ^ tables[1536 + Int(sum >> 8 & 255)]
                ^ tables[1280 + Int(sum >> 16 & 255)] ^ tables[1024 + Int(sum >> 24)]
            sum =
                low ^ tables[768 + Int(high & 255)] ^ tables[512 + Int(high >> 8 & 255)]
                ^ tables[256 + Int(high >> 16 & 255)] ^ tables[Int(high >> 24)]
            index += 8
        }
        while index < bytes.count {
            sum = sum >> 8 ^ tables[Int((sum ^ UInt32(bytes[index])) & 255)]
            index += 1
        }
        return ~sum
    }

    private static func word(_ bytes: Span<UInt8>, _ index: Int) -> UInt32 {
        let low = UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
        return low | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
    }
}

/// A deflate stream (RFC 1951) of literals and of runs that repeat the byte or the pixel before, in one block with the
/// fixed Huffman codes.
struct RunDeflater {
    /// RFC 1951 section 3.2.5: "<length> ... 3..258".
    private static let longestMatch = 258
    private static let shortestMatch = 3

    private var output: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingBits: UInt64 = 0

    mutating func deflate(_ bytes: [UInt8]) -> [UInt8] {
        // The last block, with fixed codes.
        put(0b011, bits: 3)
        var index = 0
        while index < bytes.count {
            let (length, distance) = match(in: bytes, at: index)
            if length >= Self.shortestMatch {
                putLength(length)
                // Distances 1 and 3 are the codes 0 and 2, without extra bits.
                putReversed(UInt64(distance - 1), bits: 5)
                index += length
            } else {
                putLiteral(bytes[index])
                index += 1
            }
        }
        putSymbol(256)
        put(0, bits: (8 - pendingBits % 8) % 8)
        return output
    }

    private func match(in bytes: [UInt8], at index: Int) -> (length: Int, distance: Int) {
        var best = (length: 0, distance: 1)
        for distance in [1, 3] where index >= distance {
            var length = 0
            while length < Self.longestMatch, index + length < bytes.count,
                bytes[index + length] == bytes[index + length - distance]
            {
                length += 1
            }
            if length > best.length { best = (length, distance) }
        }
        return best
    }

    private mutating func putLiteral(_ byte: UInt8) { putSymbol(Int(byte)) }

    /// RFC 1951 section 3.2.5: the symbol is the base's, the rest goes into extra bits.
    private mutating func putLength(_ length: Int) {
        guard length < Self.longestMatch else { return putSymbol(285) }
        let value = length - Self.shortestMatch
        guard value >= 8 else { return putSymbol(257 + value) }
        let extraBits = Int.bitWidth - value.leadingZeroBitCount - 3
        putSymbol(257 + 4 * extraBits + (value >> extraBits))
        put(UInt64(value & ((1 << extraBits) - 1)), bits: UInt64(extraBits))
    }

    /// RFC 1951 section 3.2.6: the fixed codes.
    private mutating func putSymbol(_ symbol: Int) {
        switch symbol {
        case 0..<144: putReversed(UInt64(0x30 + symbol), bits: 8)
        case 144..<256: putReversed(UInt64(0x190 + symbol - 144), bits: 9)
        case 256..<280: putReversed(UInt64(symbol - 256), bits: 7)
        default: putReversed(UInt64(0xC0 + symbol - 280), bits: 8)
        }
    }

    /// Huffman codes go with their most significant bit first.
    private mutating func putReversed(_ code: UInt64, bits: UInt64) {
        var reversed: UInt64 = 0
        for bit in 0..<bits where code >> bit & 1 == 1 { reversed |= 1 << (bits - 1 - bit) }
        put(reversed, bits: bits)
    }

    private mutating func put(_ value: UInt64, bits: UInt64) {
        pending |= value << pendingBits
        pendingBits += bits
        while pendingBits >= 8 {
            output.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            pendingBits -= 8
        }
    }
}

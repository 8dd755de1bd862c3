/// Base 32 (RFC 4648 section 6) in small letters and without padding: what people read out and type.
enum Base32 {
    private static let alphabet: [UInt8] = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            pendingBits += 8
            while pendingBits >= 5 {
                pendingBits -= 5
                text.append(alphabet[Int(pending >> pendingBits & 31)])
            }
            pending &= (1 << pendingBits) - 1
        }
        if pendingBits > 0 { text.append(alphabet[Int(pending << (5 - pendingBits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text whose letters may be large or small; nil for other characters or leftover bits that are set.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for character in text {
            guard let digit = digit(character) else { return nil }
            pending = pending << 5 | digit
            pendingBits += 5
            if pendingBits >= 8 {
                pendingBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
                pending &= (1 << pendingBits) - 1
            }
        }
        return pending == 0 && pendingBits < 5 ? bytes : nil
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case 0x61...0x7A: UInt32(character - 0x61)
        case 0x41...0x5A: UInt32(character - 0x41)
        case 0x32...0x37: UInt32(character - 0x32) + 26
        default: nil
        }
    }
}

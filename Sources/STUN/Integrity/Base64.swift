/// Base64 with padding (RFC 4648 section 4), for passwords and the nonce cookie.
enum Base64 {
    static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        let size = (bytes.count + 2) / 3 * 4
        return [UInt8](capacity: size) { output in
            var index = 0
            while index < bytes.count {
                let second = index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0
                let third = index + 2 < bytes.count ? UInt32(bytes[index + 2]) : 0
                let group = UInt32(bytes[index]) << 16 | second << 8 | third
                output.append(letter(group >> 18))
                output.append(letter(group >> 12))
                output.append(index + 1 < bytes.count ? letter(group >> 6) : 0x3D)
                output.append(index + 2 < bytes.count ? letter(group) : 0x3D)
                index += 3
            }
        }
    }

    static func letter(_ group: UInt32) -> UInt8 {
        switch UInt8(truncatingIfNeeded: group & 63) {
        case let value where value < 26: 65 + value
        case let value where value < 52: 97 + value - 26
        case let value where value < 62: 48 + value - 52
        case 62: 43
        default: 47
        }
    }

    /// The six bits of a letter; nil if it is none.
    static func value(_ letter: UInt8) -> UInt32? {
        switch letter {
        case 0x41...0x5A: UInt32(letter) - 65
        case 0x61...0x7A: UInt32(letter) - 97 + 26
        case 0x30...0x39: UInt32(letter) - 48 + 52
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}

import WireFormat

/// An input read as decisions and data. Every read succeeds: zeros follow the last byte.
struct Script {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }

    /// A decision between `count` ways.
    mutating func choice(_ count: Int) -> Int { Int(byte()) % count }

    mutating func word() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }

    mutating func number(bytes count: Int) -> UInt64 {
        (0..<count).reduce(0) { value, _ in value << 8 | UInt64(byte()) }
    }

    /// Bytes with their length in front: one byte, or 255 and two more.
    mutating func chunk() -> [UInt8] {
        let short = Int(byte())
        return take(short < 255 ? short : Int(word()))
    }

    mutating func take(_ count: Int) -> [UInt8] {
        let end = min(bytes.count, position + count)
        defer { position = end }
        return Array(bytes[min(position, end)..<end])
    }

    mutating func rest() -> [UInt8] { take(bytes.count - position) }

    mutating func address() -> TransportAddress {
        let kind = byte()
        let port = word()
        switch kind % 4 {
        case 0: return TransportAddress(ip: .v4(UInt32(number(bytes: 4))), port: port)
        case 1: return TransportAddress(ip: .v6(high: number(bytes: 8), low: number(bytes: 8)), port: port)
        case 2: return TransportAddress(ip: .v4(0x0505_0500 | UInt32(kind >> 2)), port: port)
        default: return TransportAddress(ip: .v6(high: 0x2001_0db8 << 32, low: UInt64(kind >> 2)), port: port)
        }
    }
}

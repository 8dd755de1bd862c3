import STUN
import WireFormat

/// What lets a client take its allocation along to another address (RFC 8016): the allocation's name, and 128 bits
/// that only its client knows. Each answer to a Refresh that moved the allocation brings a new one.
struct MobilityTicket: Hashable, Sendable {
    static let size = 24

    let identifier: Server.AllocationIdentifier
    private let high: UInt64
    private let low: UInt64

    init(_ identifier: Server.AllocationIdentifier, random: inout SeededRandom) {
        self.identifier = identifier
        high = random.next()
        low = random.next()
    }

    /// Nil if it is no ticket of ours.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        func word(_ start: Int) -> UInt64 {
            var value: UInt64 = 0
            for index in start..<start + 8 { value = value << 8 | UInt64(bytes[index]) }
            return value
        }
        identifier = Server.AllocationIdentifier(rawValue: word(0))
        high = word(8)
        low = word(16)
    }

    /// Compares all bits, whichever differs first.
    func matches(_ other: MobilityTicket) -> Bool {
        (identifier.rawValue ^ other.identifier.rawValue) | (high ^ other.high) | (low ^ other.low) == 0
    }

    var bytes: [24 of UInt8] {
        var bytes = [24 of UInt8](repeating: 0)
        for index in 0..<8 {
            let shift = UInt64(56 - index * 8)
            bytes[index] = UInt8(truncatingIfNeeded: identifier.rawValue >> shift)
            bytes[8 + index] = UInt8(truncatingIfNeeded: high >> shift)
            bytes[16 + index] = UInt8(truncatingIfNeeded: low >> shift)
        }
        return bytes
    }
}

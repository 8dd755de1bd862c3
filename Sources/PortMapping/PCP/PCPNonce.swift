import WireFormat

/// The 96 bits by which a client proves that a mapping is its own (RFC 6887 section 11.1).
struct PCPNonce: Equatable, Sendable {
    let high: UInt32
    let low: UInt64

    init(from random: inout SeededRandom) {
        high = UInt32(truncatingIfNeeded: random.next())
        low = random.next()
    }

    init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }
}

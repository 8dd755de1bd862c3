import WireFormat

/// How often each source may have something: token buckets in a table of constant size.
///
/// Sources share a bucket when a keyed hash says so: one in thousands gets less than its due, and no number of forged
/// sources makes the table grow. IPv6 sources count by their /64, since a host has all of one.
struct SourceRates: Sendable {
    private static let slots = 4_096

    private let key: (UInt64, UInt64)
    private let interval: Interval
    private let depth: Interval
    /// When each bucket would be full again.
    private var fullAt = [Instant](repeating: Instant(nanoseconds: .min), count: slots)

    init(random: inout SeededRandom, perSecond: Int, burst: Int) {
        key = (random.next(), random.next() | 1)
        interval = .seconds(1) / Int64(max(1, perSecond))
        depth = interval * Int64(max(1, burst))
    }

    /// Takes one from a source's bucket; false if it is empty.
    mutating func allows(_ source: IPAddress, at now: Instant) -> Bool {
        let slot = slot(of: source)
        let start = max(fullAt[slot], now)
        guard start - now < depth else { return false }
        fullAt[slot] = start + interval
        return true
    }

    private func slot(of source: IPAddress) -> Int {
        let bits: UInt64 =
            switch source.unmapped {
            case .v4(let bits): UInt64(bits)
            case .v6(let high, _): high
            }
        var mixed = (bits ^ key.0) &* key.1
        mixed ^= mixed >> 29
        mixed = mixed &* 0xBF58_476D_1CE4_E5B9 &+ key.0
        return Int((mixed ^ mixed >> 32) % UInt64(Self.slots))
    }
}

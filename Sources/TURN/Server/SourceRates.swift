import WireFormat

/// How fast sources send what is not authenticated, in a table whose size never changes: nothing is kept for a source,
/// sources share buckets. Which ones do is a secret of this server, so nobody can choose a bucket to fill.
struct SourceRates: Sendable {
    private static let count = 4_096

    private var buckets = [RateBucket](repeating: RateBucket(), count: count)
    let key: UInt64

    init(random: inout SeededRandom) { key = random.next() }

    func admits(_ ip: IPAddress, _ rate: Server.RateLimit, at now: Instant) -> Bool {
        buckets[index(of: ip)].admits(rate, at: now)
    }

    mutating func take(_ ip: IPAddress, _ rate: Server.RateLimit, at now: Instant) -> Bool {
        buckets[index(of: ip)].take(rate, at: now)
    }

    /// The finalizer of SplitMix64 over the source's bits and the key.
    private func index(of ip: IPAddress) -> Int {
        var bits = SourceNetwork(ip).bits ^ key
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9 &+ key
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (bits ^ bits >> 31) % UInt64(Self.count))
    }
}

/// Whom something counts against: an IPv4 address, or the /64 network that an IPv6 host usually has for itself.
struct SourceNetwork: Hashable, Sendable {
    let bits: UInt64

    init(_ ip: IPAddress) {
        switch ip {
        case .v4(let address): bits = 0xFFFF_0000_0000 | UInt64(address)
        case .v6(let high, _): bits = high
        }
    }
}

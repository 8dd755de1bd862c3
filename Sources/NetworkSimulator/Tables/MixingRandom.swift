/// SplitMix64 (Steele, Lea, Flood 2014): eight bytes of state, so that every link and NAT has a source of its own and
/// one's draws never shift another's.
struct MixingRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = Self.mix(seed ^ Self.mix(stream &+ 0x9E37_79B9_7F4A_7C15))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// True with the given probability; draws nothing for 0.
    mutating func chance(_ probability: Double) -> Bool { probability > 0 && fraction() < probability }

    /// Uniform in 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0..<bound, by multiplication: the bias is below 2^-32 for the bounds of a simulation.
    mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

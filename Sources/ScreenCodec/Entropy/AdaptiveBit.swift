/// The estimated chance that a binary decision is `false`, learned from the decisions before it.
struct AdaptiveBit {
    /// In 1/65,536; never less than 15 nor more than 65,520, since a step is a part of what is left.
    private var chance: UInt16

    /// The resolution that the coder uses, in bits.
    static let precision: UInt32 = 12

    /// Each decision moves the estimate by 1/16 of the error: a datagram holds too few of them to learn more slowly.
    private static let rate: UInt16 = 4

    /// - Parameter chanceOfFalse: in 1/4,096, more than 0 and less than 4,096.
    init(chanceOfFalse: UInt16 = 2_048) { chance = chanceOfFalse << 4 }

    /// In 1/4,096; never 0 and never 4,096.
    @inline(__always)
    var chanceOfFalse: UInt32 { UInt32(chance >> 4) | 1 }

    @inline(__always)
    mutating func learn(_ decision: Bool) {
        chance = decision ? chance &- chance &>> Self.rate : chance &+ (.max &- chance) &>> Self.rate
    }
}

/// The estimated chance that a binary decision is `false`, learned from the decisions before it.
///
/// Twelve bits of probability and, below them, how often it has learned: the first decisions move it far, later
/// ones less, because a datagram holds too few of them to learn slowly.
struct AdaptiveBit {
    /// Twelve bits of probability, then four of experience.
    private var state: UInt16

    /// The probability's resolution, in bits.
    static let precision: UInt32 = 12

    /// The slowest rate of learning: each decision moves the estimate by 1/32 of the error.
    private static let slowest: UInt16 = 5

    /// - Parameters:
    ///   - chanceOfFalse: in 1/4,096, at least 16 and at most 4,080.
    ///   - experience: 1 learns at once, 5 slowly.
    init(chanceOfFalse: UInt16 = 2_048, experience: UInt16 = 2) { state = chanceOfFalse << 4 | experience }

    /// In 1/4,096; never 0 and never 4,096, since a step is less than the distance to either.
    @inline(__always)
    var chanceOfFalse: UInt32 { UInt32(state >> 4) }

    @inline(__always)
    mutating func learn(_ decision: Bool) {
        let rate = state & 15
        let chance = state >> 4
        let moved = decision ? chance &- chance &>> rate : chance &+ (4_096 &- chance) &>> rate
        state = moved << 4 | (rate < Self.slowest ? rate &+ 1 : rate)
    }
}

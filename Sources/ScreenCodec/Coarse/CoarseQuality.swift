/// How much of a tile's detail a coarse picture keeps.
public struct CoarseQuality: Hashable, Comparable, Sendable {
    /// The mean squared error of red, green and blue that a tile may have.
    let squaredError: Float

    /// 28 dB in every tile, with a little in hand for rounding: the least that counts as seen.
    public static let lowest = CoarseQuality(squaredError: 100)

    /// 34 dB: nothing seems to be missing, until one looks closely.
    public static let good = CoarseQuality(squaredError: 25)

    /// 38 dB: in motion nobody sees the difference.
    public static let highest = CoarseQuality(squaredError: 10)

    init(squaredError: Float) { self.squaredError = squaredError }

    /// Two decibels better, up to the highest.
    public var better: CoarseQuality {
        max(self, min(CoarseQuality(squaredError: squaredError / 1.584_893), .highest))
    }

    /// Two decibels worse, down to the lowest.
    public var worse: CoarseQuality {
        max(CoarseQuality(squaredError: squaredError * 1.584_893), .lowest)
    }

    public static func < (one: CoarseQuality, other: CoarseQuality) -> Bool { one.squaredError > other.squaredError }
}

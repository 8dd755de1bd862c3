/// How coarsely a tile's coefficients are rounded: a ladder of steps, four to the octave.
enum CoarseScale {
    static let count = 20
    static let initial = 14

    /// A mean is sent to two levels of grey, so that no border between tiles shows.
    static let meanStep: Float = 32
    /// The largest level of a mean, either way.
    static let largestMean = 128

    private static let steps: [20 of Int] = [
        4, 5, 6, 7, 8, 10, 11, 13, 16, 19, 23, 27, 32, 38, 45, 54, 64, 76, 91, 108,
    ]

    /// - Precondition: `scale` is 0..<`count`.
    @inline(__always)
    static func step(_ scale: Int, _ plane: CoarsePlane) -> Float { Float(steps[scale] * plane.stepQuarters / 4) }
}

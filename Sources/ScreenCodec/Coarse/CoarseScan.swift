/// One step of the way through a plane's coefficients: diagonal by diagonal from the mean, each from right to left.
struct CoarseScan {
    /// Row times 16, and column.
    var index: UInt8 = 0
    /// How fine the pattern is, in five classes.
    var zone: UInt8 = 0
    /// Where its size is kept among the magnitudes, 17 a row, behind a margin of one.
    var place: UInt16 = 0

    static let zoneCount = 5
    static let stride = 17

    /// How many steps the diagonals before this one take.
    static func count(before diagonal: Int) -> Int {
        guard diagonal > 16 else { return diagonal * (diagonal + 1) / 2 }
        let left = 31 - diagonal
        return 256 - left * (left + 1) / 2
    }

    static func fill(_ steps: Bank<CoarseScan>) {
        var position = 0
        for diagonal in 0...30 {
            for row in max(0, diagonal - 15)...min(15, diagonal) {
                let column = diagonal - row
                steps[position] = CoarseScan(
                    index: UInt8(row * 16 + column), zone: zone(diagonal),
                    place: UInt16((row + 1) * stride + column + 1))
                position += 1
            }
        }
    }

    private static func zone(_ diagonal: Int) -> UInt8 {
        switch diagonal {
        case ...1: 0
        case 2: 1
        case 3...4: 2
        case 5...7: 3
        default: 4
        }
    }
}

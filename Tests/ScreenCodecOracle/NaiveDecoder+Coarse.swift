/// Coarse tiles, term by term.
extension NaiveDecoder {
    private static let meanChances = [
        [600, 800, 1_200, 1_800, 2_500, 2_800, 2_400, 2_048], [1_300, 1_900, 2_600, 3_000, 2_800, 2_100, 2_048, 2_048],
    ]
    private static let endChances = [
        [1_000, 700, 900, 1_700, 2_000, 1_600, 2_048, 2_048], [3_200, 2_500, 2_400, 2_300, 2_100, 2_048, 2_048, 2_048],
    ]
    private static let levelChances = [
        [1_200, 1_600, 1_200], [2_200, 2_050, 1_450], [2_750, 2_450, 1_900], [3_100, 2_800, 2_400],
        [3_700, 3_400, 2_800],
    ]
    private static let steps = [4, 5, 6, 7, 8, 10, 11, 13, 16, 19, 23, 27, 32, 38, 45, 54, 64, 76, 91, 108]
    /// The first quarter of a turn and its end, in steps of a 64th.
    private static let cosines = [90, 90, 89, 87, 83, 80, 75, 70, 64, 57, 50, 43, 36, 25, 18, 9, 0]

    mutating func decodeCoarse(_ width: Int, _ height: Int) throws -> [UInt32] {
        coarseScale += signed(try number("coarseScale", Array(repeating: 2_048, count: 8)))
        guard 0..<Self.steps.count ~= coarseScale else { throw Malformed() }
        var planes: [[[Int]]] = []
        for plane in 0..<3 { planes.append(Self.inverse(try decodePlane(plane))) }
        var pixels: [UInt32] = []
        for y in 0..<height {
            for x in 0..<width {
                let (brightness, orange, green) = (planes[0][y][x], planes[1][y][x], planes[2][y][x])
                let colours = [brightness + orange - green, brightness + 2 * green, brightness - orange - green]
                pixels.append(colours.reduce(0) { $0 << 8 | UInt32(min(max($1, 0), 255)) })
            }
        }
        return pixels
    }

    private mutating func decodePlane(_ plane: Int) throws -> [[Int]] {
        let set = min(plane, 1)
        let step = Self.steps[coarseScale] * [4, 5, 3][plane] / 4
        var coefficients = Array(repeating: Array(repeating: 0, count: 16), count: 16)
        var sizes = Array(repeating: Array(repeating: 0, count: 16), count: 16)
        coarseMeans[plane] += signed(try number("coarseMean \(set)", Self.meanChances[set]))
        guard -128...128 ~= coarseMeans[plane] else { throw Malformed() }
        coefficients[0][0] = coarseMeans[plane] * 32
        let end = try number("coarseEnd \(set)", Self.endChances[set])
        guard end <= 255 else { throw Malformed() }
        for (position, place) in Self.scan.enumerated() where 0 < position && position <= end {
            let (row, column) = place
            let nearby = (column > 0 ? sizes[row][column - 1] : 0) + (row > 0 ? sizes[row - 1][column] : 0)
            let zone = [0, 0, 1, 2, 2, 3, 3, 3].prefix(row + column + 1).last ?? 0
            let band = row + column > 7 ? 4 : zone
            let isLevel =
                position == end
                || decide(
                    "coarseIsLevel \(set) \(band)", min(nearby, 2), chance: Self.levelChances[band][min(nearby, 2)])
            guard isLevel else { continue }
            let chances = Array(repeating: 2_048, count: 8)
            let level = try number("coarseLevel \(set) \(nearby > 2)", chances) + 1
            sizes[row][column] = min(level, 15)
            let value = min(level * step, 4_096)
            coefficients[row][column] = plain(1) == 1 ? -value : value
        }
        return coefficients
    }

    private static let scan: [(row: Int, column: Int)] = (0...30).flatMap { diagonal in
        (0..<16).filter { 0..<16 ~= diagonal - $0 }.map { ($0, diagonal - $0) }
    }

    private static func basis(_ frequency: Int, _ place: Int) -> Int {
        if frequency == 0 { return 64 }
        let angle = (2 * place + 1) * frequency % 64
        let folded = min(angle, 64 - angle)
        return folded <= 16 ? cosines[folded] : -cosines[32 - folded]
    }

    private static func inverse(_ coefficients: [[Int]]) -> [[Int]] {
        let half = (0..<16).map { y in
            (0..<16).map { column in
                let sum = (0..<16).reduce(0) { $0 + basis($1, y) * coefficients[$1][column] }
                return min(max(quotient(sum, 128), -8_191), 8_191)
            }
        }
        return half.map { row in
            (0..<16).map { x in quotient((0..<16).reduce(0) { $0 + basis($1, x) * row[$1] }, 512) }
        }
    }

    /// Rounded to the nearest integer, halves to the even one.
    private static func quotient(_ number: Int, _ divisor: Int) -> Int {
        let floor = number >= 0 ? number / divisor : -((divisor - 1 - number) / divisor)
        let rest = number - floor * divisor
        return rest * 2 > divisor || (rest * 2 == divisor && floor % 2 != 0) ? floor + 1 : floor
    }

    private mutating func number(_ name: String, _ chances: [Int]) throws -> Int {
        var length = 0
        while decide(name, min(length, 7), chance: chances[min(length, 7)]) {
            length += 1
            if length > 9 { throw Malformed() }
        }
        return (1 << length) + plain(length) - 1
    }

    private func signed(_ folded: Int) -> Int { folded % 2 == 0 ? folded / 2 : -(folded + 1) / 2 }
}

/// The mean of some colours.
struct ColourMean {
    private var sums = [0, 0, 0]
    private var count = 0

    mutating func add(_ word: UInt32) {
        sums[0] += Int(word >> 16 & 0xFF)
        sums[1] += Int(word >> 8 & 0xFF)
        sums[2] += Int(word & 0xFF)
        count += 1
    }

    var mean: [Int]? { count == 0 ? nil : sums.map { $0 / count } }
}

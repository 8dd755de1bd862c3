/// About how many bits a noisy tile takes, and which way is the best, as some of its rows tell.
struct GrainEstimate {
    private(set) var mode = GrainMode()
    /// Of the whole tile.
    private(set) var bitCount = Int.max
    /// How many pixels of the whole tile are not what their neighbours' median says.
    private(set) var unpredictedCount = 0

    /// The rows that stand for the others.
    private static let sampledRows = [2, 7, 12] as [3 of Int]

    init(of tile: TileBuffer) {
        var sums = Sums()
        var sampled = 0
        if tile.height == 16 {
            for index in Self.sampledRows.indices { sampled += sums.add(tile, row: Self.sampledRows[index]) }
        } else {
            for row in 0..<tile.height { sampled += sums.add(tile, row: row) }
        }
        let pixels = tile.width * tile.height
        unpredictedCount = Int(sums.unpredicted.wrappedSum()) * pixels / sampled
        for (isMean, residuals) in [(true, sums.means), (false, sums.medians)] {
            for isDirect in [true, false] {
                let bits = residuals.bitCount(isDirect: isDirect, count: sampled) * pixels / sampled
                if bits < bitCount { (bitCount, mode) = (bits, GrainMode(isMean: isMean, isDirect: isDirect)) }
            }
        }
    }

    /// Of folded residuals: of the bytes with even and with odd numbers of each pixel, each in the half of a word.
    private struct ChannelSums {
        var evenDirect = SIMD4<UInt32>(repeating: 0)
        var evenRelative = SIMD4<UInt32>(repeating: 0)
        var odd = SIMD4<UInt32>(repeating: 0)

        @inline(__always)
        mutating func add(_ differences: SIMD16<UInt8>, _ mask: SIMD4<UInt32>) {
            let direct = Residual.folded(differences) & mask
            let relative = Residual.folded(Residual.relative(differences)) & mask
            let even = SIMD4<UInt32>(repeating: 0x00FF_00FF)
            evenDirect &+= direct & even
            evenRelative &+= relative & even
            odd &+= direct &>> 8 & even
        }

        /// As Rice codes with the best parameters.
        func bitCount(isDirect: Bool, count: Int) -> Int {
            let even = isDirect ? evenDirect : evenRelative
            var bits = 0
            for sum in [even & 0xFFFF, even &>> 16, odd & 0xFFFF] {
                let sum = Int(sum.wrappedSum())
                let parameter = Int.bitWidth - 1 - (sum / count | 1).leadingZeroBitCount
                bits += count * (1 + parameter) + sum >> parameter
            }
            return bits
        }
    }

    private struct Sums {
        var unpredicted = SIMD4<UInt32>(repeating: 0)
        var means = ChannelSums()
        var medians = ChannelSums()

        /// - Returns: how many pixels the row has.
        mutating func add(_ tile: TileBuffer, row: Int) -> Int {
            let start = tile.index(x: 0, y: row)
            for x in stride(from: 0, to: tile.width, by: 4) {
                let mask = Residual.lanes(tile.width &- x)
                let index = start &+ x
                let pixels = tile.quad(at: index)
                let left = tile.quad(at: index &- 1)
                let above = row == 0 ? left : tile.quad(at: index &- tile.stride)
                let median = Prediction.medians(
                    left: left, above: tile.quad(at: index &- tile.stride),
                    aboveLeft: tile.quad(at: index &- tile.stride &- 1))
                unpredicted &+= Pixel.differences(pixels, median) & mask
                medians.add(Prediction.bytes(pixels) &- Prediction.bytes(median), mask)
                means.add(
                    Prediction.bytes(pixels) &- Prediction.bytes(GrainMode.means(left: left, above: above)), mask)
            }
            return tile.width
        }
    }
}

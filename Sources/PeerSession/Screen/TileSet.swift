/// A set of tiles that can be walked through from where it was left.
package struct TileSet {
    private var words: [UInt64]
    private var firstWord = 0
    package private(set) var count = 0

    package init(capacity: Int) { words = [UInt64](repeating: 0, count: (capacity + 63) / 64) }

    package func contains(_ tile: Int) -> Bool { words[tile >> 6] & (1 << UInt64(tile & 63)) != 0 }

    /// Whether it holds all of a run of tiles.
    func contains(all run: Range<Int>) -> Bool {
        var tile = run.lowerBound
        while tile < run.upperBound {
            let end = min(run.upperBound, (tile | 63) + 1)
            let bits: UInt64 = (end - tile == 64 ? .max : 1 << UInt64(end - tile) - 1) << UInt64(tile & 63)
            if ~words[tile >> 6] & bits != 0 { return false }
            tile = end
        }
        return true
    }

    package mutating func insert(_ tile: Int) {
        guard !contains(tile) else { return }
        words[tile >> 6] |= 1 << UInt64(tile & 63)
        count += 1
    }

    package mutating func remove(_ tile: Int) {
        guard contains(tile) else { return }
        words[tile >> 6] &= ~(1 << UInt64(tile & 63))
        count -= 1
    }

    /// The next walk begins here, so that what changes at the top cannot starve the bottom.
    package mutating func goOn(from tile: Int) { firstWord = tile >> 6 }

    /// Appends tiles that are not among `others`, ascending from where the last walk ended, until `tiles` holds `limit`.
    package func collect(limit: Int, without others: TileSet, into tiles: inout [UInt32]) {
        guard count > 0 else { return }
        collect(firstWord..<words.count, limit: limit, without: others, into: &tiles)
        collect(0..<firstWord, limit: limit, without: others, into: &tiles)
    }

    private func collect(
        _ range: Range<Int>, limit: Int, without others: TileSet, into tiles: inout [UInt32]
    ) {
        for index in range {
            var word = words[index] & ~others.words[index]
            while word != 0 {
                if tiles.count >= limit { return }
                tiles.append(UInt32(index * 64 + word.trailingZeroBitCount))
                word &= word - 1
            }
        }
    }
}

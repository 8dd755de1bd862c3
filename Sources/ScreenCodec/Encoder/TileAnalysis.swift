/// What a tile's pixels have in common, and so how it is written.
enum TileAnalysis {
    case solid(UInt32)
    /// The workspace's rows hold its bitmap: a set bit is a pixel of the second colour, the lowest the row's first.
    case twoColours(first: UInt32, second: UInt32)
    case drawn
    case photo

    init(of tile: TileBuffer, in workspace: Workspace) {
        let first = tile[tile.index(x: 0, y: 0)]
        guard let second = Self.otherColour(than: first, in: tile) else {
            self = .solid(first)
            return
        }
        if Self.drawBitmap(of: tile, first: first, second: second, into: workspace.rows) {
            self = .twoColours(first: first, second: second)
        } else {
            self =
                Self.isDrawn(tile, known: ColourCache(workspace.colours), new: ColourCache(workspace.shades))
                ? .drawn : .photo
        }
    }

    private static func otherColour(than first: UInt32, in tile: TileBuffer) -> UInt32? {
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width where tile[index] != first { return tile[index] }
        }
        return nil
    }

    /// False if the tile has a third colour.
    private static func drawBitmap(of tile: TileBuffer, first: UInt32, second: UInt32, into rows: Bank<UInt32>) -> Bool
    {
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            var row: UInt32 = 0
            var isOther = false
            for x in 0..<tile.width {
                let pixel = tile[start &+ x]
                let isSecond = pixel == second
                isOther = isOther || !(isSecond || pixel == first)
                row |= (isSecond ? 1 : 0) &<< UInt32(truncatingIfNeeded: x)
            }
            if isOther { return false }
            rows[y] = row
        }
        return true
    }

    /// Compares what both ways would cost, roughly: a pixel that is no neighbour's costs seven bits when a cache
    /// knows it and 14 when not; one that is not predicted exactly costs about 13.
    private static func isDrawn(_ tile: TileBuffer, known: ColourCache, new: ColourCache) -> Bool {
        new.removeAll()
        var knownCount = 0
        var newCount = 0
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start &+ tile.width {
                let pixel = tile[index]
                if pixel == tile[index &- 1] || pixel == tile[index &- tile.stride] { continue }
                let isKnown = known.contains(pixel) || new.contains(pixel)
                knownCount &+= isKnown ? 1 : 0
                newCount &+= isKnown ? 0 : 1
                new.insert(pixel)
            }
        }
        // With so few new colours no prediction is better.
        if newCount <= 24 { return true }
        return knownCount * 7 + newCount * 14 < unpredictedCount(tile) * 13
    }

    private static func unpredictedCount(_ tile: TileBuffer) -> Int {
        var count = 0
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start &+ tile.width {
                let prediction = Prediction.median(
                    left: tile[index &- 1], above: tile[index &- tile.stride],
                    aboveLeft: tile[index &- tile.stride &- 1])
                count &+= tile[index] == prediction ? 0 : 1
            }
        }
        return count
    }
}

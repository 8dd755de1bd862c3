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
            self = Self.isDrawn(tile, shades: ColourCache(workspace.shades)) ? .drawn : .photo
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
    /// knows it and 20 when not; one that is not predicted exactly costs about twelve.
    private static func isDrawn(_ tile: TileBuffer, shades cache: ColourCache) -> Bool {
        cache.removeAll()
        var drawnCost = 0
        var photoCost = 0
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width {
                let pixel = tile[index]
                let left = tile[index &- 1]
                let above = tile[index &- tile.stride]
                let aboveLeft = tile[index &- tile.stride &- 1]
                if pixel != Prediction.median(left: left, above: above, aboveLeft: aboveLeft) { photoCost &+= 12 }
                if pixel == left || pixel == above { continue }
                drawnCost &+= cache.contains(pixel) ? 7 : 20
                cache.insert(pixel)
            }
        }
        return drawnCost < photoCost
    }
}

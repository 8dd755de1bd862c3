/// What a tile's pixels have in common, and so how it is written.
enum TileAnalysis {
    case solid(UInt32)
    /// A set bit is a pixel of the second colour; the lowest bit is the row's first pixel.
    case twoColours(first: UInt32, second: UInt32, rows: [16 of UInt16])
    case drawn
    case photo

    init(of tile: borrowing TileBuffer) {
        let first = tile[tile.index(x: 0, y: 0)]
        guard let second = Self.otherColour(than: first, in: tile) else {
            self = .solid(first)
            return
        }
        if let rows = Self.bitmap(of: tile, first: first, second: second) {
            self = .twoColours(first: first, second: second, rows: rows)
        } else {
            self = Self.isDrawn(tile) ? .drawn : .photo
        }
    }

    private static func otherColour(than first: UInt32, in tile: borrowing TileBuffer) -> UInt32? {
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width where tile[index] != first { return tile[index] }
        }
        return nil
    }

    private static func bitmap(of tile: borrowing TileBuffer, first: UInt32, second: UInt32) -> [16 of UInt16]? {
        var rows = [16 of UInt16](repeating: 0)
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            var row: UInt16 = 0
            for x in 0..<tile.width {
                let pixel = tile[start &+ x]
                if pixel == first { continue }
                if pixel != second { return nil }
                row |= 1 &<< UInt16(truncatingIfNeeded: x)
            }
            rows[y] = row
        }
        return rows
    }

    /// Compares what both ways would cost, roughly: a pixel that is no neighbour's costs seven bits when a cache
    /// knows it and 20 when not; one that is not predicted exactly costs about twelve.
    private static func isDrawn(_ tile: borrowing TileBuffer) -> Bool {
        var cache = ColourCache()
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

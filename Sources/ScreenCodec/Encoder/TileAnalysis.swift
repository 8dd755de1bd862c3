/// What a tile's pixels have in common, and so how it is written.
enum TileAnalysis {
    case solid(UInt32)
    /// The workspace's rows hold its bitmap: a set bit is a pixel of the second colour, the lowest the row's first.
    case twoColours(first: UInt32, second: UInt32)
    case drawn
    case photo
    /// Hardly a pixel is what its neighbours predict.
    case grain

    var isGrain: Bool {
        if case .grain = self { true } else { false }
    }

    init(of tile: TileBuffer, in workspace: Workspace) {
        let first = tile[tile.index(x: 0, y: 0)]
        guard let second = Self.otherColour(than: first, in: tile) else {
            self = .solid(first)
            return
        }
        if Self.drawBitmap(of: tile, first: first, second: second, into: workspace.rows) {
            self = .twoColours(first: first, second: second)
        } else {
            self = Self.ofManyColours(tile, workspace)
        }
    }

    private static func ofManyColours(_ tile: TileBuffer, _ workspace: Workspace) -> TileAnalysis {
        let strangers = strangerCount(tile)
        if strangers <= fewColours { return .drawn }
        let unpredicted = unpredictedCount(tile)
        // Even if all of them were new, drawing would cost less.
        if strangers * 14 < unpredicted * 13 { return .drawn }
        // Even if a cache knew each of them, drawing would cost more.
        let isPhoto = strangers * 7 >= unpredicted * 13
        if !isPhoto, isDrawn(tile, unpredicted, ColourCache(workspace.colours), ColourCache(workspace.shades)) {
            return .drawn
        }
        return unpredicted * 4 > tile.width * tile.height * 3 ? .grain : .photo
    }

    /// With so few new colours no prediction is better.
    private static let fewColours = 24

    /// How many pixels are neither their left nor their upper neighbour again.
    private static func strangerCount(_ tile: TileBuffer) -> Int {
        count(in: tile) { pixels, left, above, _ in
            Pixel.differences(pixels, left) & Pixel.differences(pixels, above)
        }
    }

    private static func unpredictedCount(_ tile: TileBuffer) -> Int {
        count(in: tile) { pixels, left, above, aboveLeft in
            Pixel.differences(pixels, Prediction.medians(left: left, above: above, aboveLeft: aboveLeft))
        }
    }

    /// How many pixels have a property, which is 1 in their lane.
    @inline(__always)
    private static func count(
        in tile: TileBuffer,
        _ property: (SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>) -> SIMD4<UInt32>
    ) -> Int {
        var counts = SIMD4<UInt32>(repeating: 0)
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for x in stride(from: 0, to: tile.width, by: 4) {
                let index = start &+ x
                let ones = property(
                    tile.quad(at: index), tile.quad(at: index &- 1), tile.quad(at: index &- tile.stride),
                    tile.quad(at: index &- tile.stride &- 1))
                counts &+= ones & lanes(tile.width &- x)
            }
        }
        return Int(counts.wrappedSum())
    }

    /// Ones in the first `count` lanes.
    @inline(__always)
    private static func lanes(_ count: Int) -> SIMD4<UInt32> {
        if count >= 4 { return SIMD4(repeating: 1) }
        return SIMD4(1, count > 1 ? 1 : 0, count > 2 ? 1 : 0, 0)
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
    private static func isDrawn(
        _ tile: TileBuffer, _ unpredicted: Int, _ known: ColourCache, _ new: ColourCache
    ) -> Bool {
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
        return newCount <= fewColours || knownCount * 7 + newCount * 14 < unpredicted * 13
    }
}

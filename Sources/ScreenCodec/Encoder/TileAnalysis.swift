/// What a tile's pixels have in common, and so how it is written.
enum TileAnalysis {
    case solid(UInt32)
    /// The workspace's rows hold its bitmap: a set bit is a pixel of the second colour, the lowest the row's first.
    case twoColours(first: UInt32, second: UInt32)
    case drawn
    case photo
    /// Hardly a pixel is what its neighbours predict.
    case grain(GrainMode)

    /// So that its exact pixels may be too many for a narrow path.
    func isDear(_ tile: TileBuffer) -> Bool {
        switch self {
        case .solid, .twoColours: false
        case .drawn: tile.isBusy
        case .photo, .grain: true
        }
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
        let grain = GrainEstimate(of: tile)
        let isGrain = grain.unpredictedCount * 4 > tile.width * tile.height * 3
        let bits = isGrain ? grain.bitCount : grain.unpredictedCount * 13
        // A new colour is told by its residual.
        let newBits = max(Self.newBits, isGrain ? bits / (tile.width * tile.height) + 2 : 0)
        // Even if all of them were new, drawing would cost less.
        if strangers * newBits < bits { return .drawn }
        // Even if a cache knew each of them, drawing would cost more.
        let isPhoto = strangers * knownBits >= bits
        let caches = (known: ColourCache(workspace.colours), new: ColourCache(workspace.shades))
        if !isPhoto, isDrawn(tile, strangers, bits, newBits, caches.known, caches.new) { return .drawn }
        return isGrain ? .grain(grain.mode) : .photo
    }

    /// About what a pixel that is no neighbour's takes in a drawing, by whether a cache knows it.
    private static let knownBits = 8
    private static let newBits = 15

    /// With so few new colours no prediction is better.
    private static let fewColours = 24

    /// How many pixels are neither their left nor their upper neighbour again.
    private static func strangerCount(_ tile: TileBuffer) -> Int {
        var counts = SIMD4<UInt32>(repeating: 0)
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for x in stride(from: 0, to: tile.width, by: 4) {
                let index = start &+ x
                let pixels = tile.quad(at: index)
                let ones =
                    Pixel.differences(pixels, tile.quad(at: index &- 1))
                    & Pixel.differences(pixels, tile.quad(at: index &- tile.stride))
                counts &+= ones & Residual.lanes(tile.width &- x)
            }
        }
        return Int(counts.wrappedSum())
    }

    private static func otherColour(than first: UInt32, in tile: TileBuffer) -> UInt32? {
        let columns = UInt32(1) &<< UInt32(truncatingIfNeeded: tile.width) &- 1
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            let others = PixelRows.nonzeroLanes(tile.vector(at: start) ^ SIMD16(repeating: first), among: columns)
            if others != 0 { return tile[start &+ others.trailingZeroBitCount] }
        }
        return nil
    }

    /// False if the tile has a third colour.
    private static func drawBitmap(of tile: TileBuffer, first: UInt32, second: UInt32, into rows: Bank<UInt32>) -> Bool
    {
        let columns = UInt32(1) &<< UInt32(truncatingIfNeeded: tile.width) &- 1
        for y in 0..<tile.height {
            let pixels = tile.vector(at: tile.index(x: 0, y: y))
            let others = PixelRows.nonzeroLanes(pixels ^ SIMD16(repeating: first), among: columns)
            let notSecond = PixelRows.nonzeroLanes(pixels ^ SIMD16(repeating: second), among: columns)
            // Each pixel is just one of both.
            if others ^ notSecond != columns { return false }
            rows[y] = others
        }
        return true
    }

    /// Compares what both ways would cost, roughly.
    ///
    /// - Parameter strangerCount: of the tile.
    private static func isDrawn(
        _ tile: TileBuffer, _ strangerCount: Int, _ bits: Int, _ newBits: Int, _ known: ColourCache, _ new: ColourCache
    ) -> Bool {
        new.removeAll()
        var knownCount = 0
        var newCount = 0
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            var strangers = strangers(inRow: start, of: tile)
            while strangers != 0 {
                let pixel = tile[start &+ strangers.trailingZeroBitCount]
                strangers &= strangers &- 1
                let isKnown = known.contains(pixel) || new.contains(pixel)
                knownCount &+= isKnown ? 1 : 0
                newCount &+= isKnown ? 0 : 1
                new.insert(pixel)
            }
            // Even if all the others were known.
            let rest = strangerCount &- knownCount &- newCount
            let least = newCount &* newBits &+ (knownCount &+ rest) &* knownBits
            if newCount > fewColours, least >= bits { return false }
        }
        return newCount <= fewColours || knownCount * knownBits + newCount * newBits < bits
    }

    /// A bit for each pixel of a row that is neither its left nor its upper neighbour again.
    @inline(__always)
    private static func strangers(inRow start: Int, of tile: TileBuffer) -> UInt32 {
        let columns = UInt32(1) &<< UInt32(truncatingIfNeeded: tile.width) &- 1
        let pixels = tile.vector(at: start)
        return PixelRows.nonzeroLanes(pixels ^ tile.vector(at: start &- 1), among: columns)
            & PixelRows.nonzeroLanes(pixels ^ tile.vector(at: start &- tile.stride), among: columns)
    }
}

import WireFormat

/// Writes tiles into the two streams of one body, and can take the last one back.
struct BodyEncoder {
    var range: RangeEncoder
    var bits: BitWriter
    var state = BodyState()
    private let size: (width: Int, height: Int)?
    let models: Bank<AdaptiveBit>
    private let cache: ColourCache
    private let colours: Bank<UInt32>
    /// Those of one row.
    let residuals: Bank<UInt32>
    let grainCodes: Bank<UInt64>
    private let savedModels: Bank<AdaptiveBit>
    private let savedColours: Bank<UInt32>

    /// The most bytes that one tile can take in either stream before it is taken back: five decisions and a slot
    /// for each pixel, each of at most twelve bits; three escaped residuals of 20 bits each.
    static let worstTileByteCount = 8_192

    /// - Parameters:
    ///   - workspace: with room for the body and the worst tile in each stream.
    ///   - size: the screen's; nil where the viewer knows it.
    init(_ workspace: Workspace, size: (width: Int, height: Int)?) {
        self.size = size
        range = RangeEncoder(workspace.rangeBytes)
        bits = BitWriter(workspace.plainBytes)
        models = workspace.models
        colours = workspace.colours
        residuals = workspace.rows
        grainCodes = workspace.grainCodes
        cache = ColourCache(colours)
        savedModels = workspace.savedModels
        savedColours = workspace.savedColours
        models.copy(from: workspace.initialModels)
        cache.removeAll()
    }

    /// A point to return to before a tile of a kind, with the parts of the banks that such a tile changes; the one before
    /// is void.
    func mark(_ kind: TileKind) -> BodyEncoder {
        Self.copy(kind, from: (models, colours), to: (savedModels, savedColours))
        return self
    }

    /// Forgets everything since the last mark, which was for the same kind.
    mutating func restore(_ mark: BodyEncoder, _ kind: TileKind) {
        Self.copy(kind, from: (savedModels, savedColours), to: (models, colours))
        self = mark
    }

    private static func copy(
        _ kind: TileKind, from: (models: Bank<AdaptiveBit>, colours: Bank<UInt32>),
        to: (models: Bank<AdaptiveBit>, colours: Bank<UInt32>)
    ) {
        to.models.copy(ModelPlace.common, from: from.models)
        if let own = ModelPlace.own(kind) { to.models.copy(own, from: from.models) }
        switch kind {
        case .solid, .bitmap, .drawn: to.colours.copy(from: from.colours)
        case .photo, .grain, .coarse, .raw, .repeated: break
        }
    }

    /// The most bytes the body can have if it ends here.
    var maximumByteCount: Int { header.byteCount + range.maximumByteCount + bits.byteCount }

    @inline(__always)
    private var header: BodyHeader {
        BodyHeader(size: size, tileCount: state.tileCount, rangeByteCount: range.maximumByteCount)
    }

    /// About how many bits are written so far.
    var bitCount: Int { range.maximumByteCount * 8 + bits.bitCount }

    @_lifetime(output: copy output)
    mutating func finish(into output: inout OutputSpan<UInt8>) {
        let header = header
        header.append(to: &output)
        let start = output.count
        range.finish(into: &output)
        header.setRangeByteCount(output.count - start, in: &output, headerEnd: start)
        bits.finish(into: &output)
    }

    mutating func encodePlace(_ place: TilePlace) {
        encodePosition(Int(place.index), in: place.grid)
        encodePatch(place.patch, in: place.grid.rectangle(of: place.index), version: place.version)
    }

    /// Where the next tile is: right behind the one before, below the first of those before it that are neighbours, or how
    /// far behind, counted around the end of the grid.
    private mutating func encodePosition(_ index: Int, in grid: TileGrid) {
        let count = grid.tileCount
        let skip = index >= state.nextIndex ? index - state.nextIndex : index + count - state.nextIndex
        let context = state.wasNext ? 1 : 0
        range.encode(skip != 0, models, ModelPlace.isNext + context)
        state.wasNext = skip == 0
        if skip != 0 {
            var isBelow = false
            if let below = state.placeBelow(in: grid) {
                isBelow = index == below
                range.encode(!isBelow, models, ModelPlace.isBelow)
            }
            if !isBelow { encodeSkip(skip) }
            state.runStart = index
        }
        state.nextIndex = index + 1 == count ? 0 : index + 1
        state.tileCount += 1
    }

    private mutating func encodeSkip(_ skip: Int) {
        let length = Int.bitWidth - 1 - skip.leadingZeroBitCount
        for step in 0..<length { range.encode(true, models, ModelPlace.skipLength + min(step, 15)) }
        range.encode(false, models, ModelPlace.skipLength + min(length, 15))
        bits.append(UInt64(skip - 1 << length), count: length)
    }

    mutating func encodeKind(_ kind: TileKind) {
        let start = Int(state.previousKind.rawValue) * 8
        var node = 1
        for shift in stride(from: TileKind.codeBits - 1, through: 0, by: -1) {
            let decision = kind.rawValue >> UInt8(shift) & 1 != 0
            range.encode(decision, models, ModelPlace.kind + start + node)
            node = node * 2 + (decision ? 1 : 0)
        }
        state.previousKind = kind
    }

    /// The tile before once more.
    mutating func encodeRepeated() { encodeKind(.repeated) }

    mutating func encodeSolid(_ colour: UInt32) {
        encodeKind(.solid)
        encodeBackground(colour, context: 0)
        state.previousSolid = colour
    }

    /// A tile of two colours: `rows` has a set bit where a pixel, counted from the lowest bit, is not the background.
    mutating func encodeBitmap(_ rows: Bank<UInt32>, width: Int, height: Int, background: UInt32, foreground: UInt32) {
        encodeKind(.bitmap)
        encodeBackground(background, context: 1)
        encodeForeground(foreground)
        // A local copy stays in registers.
        var range = range
        var window = BitmapWindow()
        for y in 0..<height {
            let row = rows[y]
            let repeats = row == window.above
            range.encode(repeats, models, ModelPlace.bitmapRowRepeats + window.repeatContext)
            if !repeats {
                for x in 0..<width {
                    let bit = row &>> UInt32(truncatingIfNeeded: x) & 1
                    range.encode(bit != 0, models, ModelPlace.bitmap + window.context(x: x, row: row))
                }
            }
            window.advance(row: row, repeats: repeats)
        }
        self.range = range
        state.previousSolid = nil
    }

    mutating func encodeDrawn(_ tile: TileBuffer) {
        encodeKind(.drawn)
        var repeats = false
        for y in 0..<tile.height {
            let repeatsNow = tile.rowRepeats(y)
            range.encode(repeatsNow, models, ModelPlace.drawnRowRepeats + (repeats ? 1 : 0))
            repeats = repeatsNow
            if !repeats { encodeDrawnRow(y, of: tile) }
        }
        state.background = tile[tile.index(x: 0, y: 0)]
        state.previousSolid = nil
    }

    private mutating func encodeDrawnRow(_ y: Int, of tile: TileBuffer) {
        // Local copies stay in registers.
        var range = range
        var bits = bits
        let start = tile.index(x: 0, y: y)
        var likenesses = SIMD4<UInt32>()
        for x in 0..<tile.width {
            let index = start &+ x
            if x & 3 == 0 { likenesses = DrawnContext.likenesses(ofFourFrom: index, in: tile) }
            let likeness = likenesses[x & 3]
            let context = Int(truncatingIfNeeded: likeness & DrawnContext.mask)
            let isLeft = likeness & DrawnContext.isLeft != 0
            range.encode(isLeft, models, ModelPlace.isLeft &+ context)
            if isLeft { continue }
            if likeness & DrawnContext.leftIsAbove == 0 {
                let isAbove = likeness & DrawnContext.isAbove != 0
                range.encode(isAbove, models, ModelPlace.isAbove &+ context)
                if isAbove { continue }
            }
            let pixel = tile[index]
            let isCached = cache.contains(pixel)
            range.encode(isCached, models, ModelPlace.drawnIsCached)
            if isCached {
                bits.append(UInt64(truncatingIfNeeded: ColourCache.slot(of: pixel)), count: ColourCache.slotBits)
            } else {
                let prediction = Prediction.median(
                    left: tile[index &- 1], above: tile[index &- tile.stride],
                    aboveLeft: tile[index &- tile.stride &- 1])
                state.drawn.encode(Residual(of: pixel, from: prediction), into: &bits)
                cache.insert(pixel)
            }
        }
        self.range = range
        self.bits = bits
    }

    mutating func encodePhoto(_ tile: TileBuffer) {
        encodeKind(.photo)
        var exactAbove: UInt32 = 0
        for y in 0..<tile.height { exactAbove = encodePhotoRow(y, of: tile, exactAbove: exactAbove) }
        state.background = tile[tile.index(x: 0, y: 0)]
        state.previousSolid = nil
    }

    private mutating func encodePhotoRow(_ y: Int, of tile: TileBuffer, exactAbove: UInt32) -> UInt32 {
        var range = range
        var bits = bits
        var residuals = state.photo
        let start = tile.index(x: 0, y: y)
        var exactBits: UInt32 = 0
        for x in 0..<tile.width {
            let index = start &+ x
            let pixel = tile[index]
            let prediction = Prediction.median(
                left: tile[index &- 1], above: tile[index &- tile.stride], aboveLeft: tile[index &- tile.stride &- 1])
            let context = PhotoContext.of(x: x, exact: exactBits, exactAbove: exactAbove)
            range.encode(pixel == prediction, models, ModelPlace.isExact + context)
            if pixel == prediction {
                exactBits |= 1 &<< UInt32(truncatingIfNeeded: x)
            } else {
                let residual = Residual(of: pixel, from: prediction)
                residuals.encode(residual, into: &bits)
            }
        }
        self.range = range
        self.bits = bits
        state.photo = residuals
        return exactBits
    }

    mutating func encodeRaw(_ tile: TileBuffer) {
        encodeKind(.raw)
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width { bits.append(UInt64(tile[index] & Pixel.colourBits), count: 24) }
        }
        state.background = tile[tile.index(x: 0, y: 0)]
        state.previousSolid = nil
    }

    private mutating func encodeBackground(_ colour: UInt32, context: Int) {
        range.encode(colour == state.background, models, ModelPlace.isBackground + context)
        if colour != state.background { encodeColour(colour, context: context) }
        state.background = colour
    }

    private mutating func encodeForeground(_ colour: UInt32) {
        range.encode(colour == state.foreground, models, ModelPlace.isForeground)
        if colour != state.foreground { encodeColour(colour, context: 2) }
        state.foreground = colour
    }

    private mutating func encodeColour(_ colour: UInt32, context: Int) {
        let isCached = cache.contains(colour)
        range.encode(isCached, models, ModelPlace.isCached + context)
        if isCached {
            bits.append(UInt64(ColourCache.slot(of: colour)), count: ColourCache.slotBits)
        } else {
            bits.append(UInt64(colour & Pixel.colourBits), count: 24)
            cache.insert(colour)
        }
    }
}

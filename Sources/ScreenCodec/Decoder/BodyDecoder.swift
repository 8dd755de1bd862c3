import WireFormat

/// Reads tiles from the two streams of one body: `BodyEncoder`, backwards.
struct BodyDecoder: ~Escapable {
    var range: RangeDecoder
    var bits: BitReader
    var state = BodyState()
    let models: Bank<AdaptiveBit>
    let coarse: CoarseTables
    private let cache: ColourCache
    private let words: Bank<UInt32>
    private var last: TileBuffer?
    /// The last tile is a coarse picture.
    private(set) var isCoarse = false

    @_lifetime(copy rangeBytes, copy bitBytes)
    init(_ workspace: Workspace, rangeBytes: Span<UInt8>, bitBytes: Span<UInt8>) {
        models = workspace.models
        cache = ColourCache(workspace.colours)
        words = workspace.tile
        coarse = workspace.coarse
        models.copy(from: workspace.initialModels)
        cache.removeAll()
        range = RangeDecoder(rangeBytes)
        bits = BitReader(bitBytes)
    }

    var isExhausted: Bool { range.isExhausted || bits.isExhausted }

    /// The next tile's index.
    @_lifetime(self: copy self)
    mutating func decodePosition(in grid: TileGrid) throws(Decoder.Failure) -> Int {
        let count = grid.tileCount
        var index = state.nextIndex
        let isSkip = range.decode(models, ModelPlace.isNext + (state.wasNext ? 1 : 0))
        state.wasNext = !isSkip
        if isSkip {
            if let below = state.placeBelow(in: grid), !range.decode(models, ModelPlace.isBelow) {
                index = below
            } else {
                index += try decodeSkip(below: count)
                if index >= count { index -= count }
            }
            state.runStart = index
        }
        state.nextIndex = index + 1 == count ? 0 : index + 1
        state.tileCount += 1
        return index
    }

    @_lifetime(self: copy self)
    private mutating func decodeSkip(below count: Int) throws(Decoder.Failure) -> Int {
        var length = 0
        while range.decode(models, ModelPlace.skipLength + min(length, 15)) {
            length += 1
            if length > 31 { throw .malformed }
        }
        let skip = 1 << length | Int(bits.read(length))
        if skip >= count { throw .malformed }
        return skip
    }

    /// The next tile's pixels; valid until the next is decoded.
    @_lifetime(self: copy self)
    mutating func decodeTile(width: Int, height: Int) throws(Decoder.Failure) -> TileBuffer {
        guard let kind = TileKind(rawValue: decodeKind()) else { throw .malformed }
        let tile = try kind == .repeated ? repeated(width: width, height: height) : decode(kind, width, height)
        state.previousKind = kind
        if kind != .repeated { isCoarse = kind == .coarse }
        last = tile
        if isExhausted { throw .truncated }
        return tile
    }

    @_lifetime(self: copy self)
    private mutating func decode(
        _ kind: TileKind, _ width: Int, _ height: Int
    ) throws(Decoder.Failure) -> TileBuffer {
        let tile = TileBuffer(words, width: width, height: height, background: state.background)
        state.previousSolid = nil
        switch kind {
        case .solid: decodeSolid(into: tile)
        case .bitmap: decodeBitmap(into: tile)
        case .drawn: decodeDrawn(into: tile)
        case .photo: decodePhoto(into: tile)
        case .grain: decodeGrain(into: tile)
        case .coarse: try decodeCoarse(into: tile)
        case .raw, .repeated: decodeRaw(into: tile)
        }
        return tile
    }

    private func repeated(width: Int, height: Int) throws(Decoder.Failure) -> TileBuffer {
        guard let last else { throw .malformed }
        if last.width == width, last.height == height { return last }
        guard let colour = state.previousSolid else { throw .malformed }
        let tile = TileBuffer(words, width: width, height: height, background: state.background)
        tile.fill(colour)
        return tile
    }

    @_lifetime(self: copy self)
    private mutating func decodeKind() -> UInt8 {
        let start = Int(state.previousKind.rawValue) * 8
        var node = 1
        for _ in 0..<TileKind.codeBits {
            node = node * 2 + (range.decode(models, ModelPlace.kind + start + node) ? 1 : 0)
        }
        return UInt8(truncatingIfNeeded: node - 8)
    }

    @_lifetime(self: copy self)
    private mutating func decodeSolid(into tile: TileBuffer) {
        let colour = decodeBackground(context: 0)
        tile.fill(colour)
        state.previousSolid = colour
    }

    @_lifetime(self: copy self)
    private mutating func decodeBitmap(into tile: TileBuffer) {
        let background = decodeBackground(context: 1)
        let foreground = decodeForeground()
        // A local copy stays in registers.
        var range = range
        var window = BitmapWindow()
        for y in 0..<tile.height {
            var row = window.above
            let repeats = range.decode(models, ModelPlace.bitmapRowRepeats + window.repeatContext)
            if !repeats {
                row = 0
                for x in 0..<tile.width {
                    let isSet = range.decode(models, ModelPlace.bitmap + window.context(x: x, row: row))
                    row |= (isSet ? 1 : 0) &<< UInt32(truncatingIfNeeded: x)
                }
            }
            let start = tile.index(x: 0, y: y)
            for x in 0..<tile.width {
                tile[start &+ x] = row &>> UInt32(truncatingIfNeeded: x) & 1 != 0 ? foreground : background
            }
            window.advance(row: row, repeats: repeats)
        }
        self.range = range
    }

    @_lifetime(self: copy self)
    private mutating func decodeDrawn(into tile: TileBuffer) {
        var repeats = false
        for y in 0..<tile.height {
            tile.beginRow(y)
            repeats = range.decode(models, ModelPlace.drawnRowRepeats + (repeats ? 1 : 0))
            if repeats { tile.repeatRow(y) } else { decodeDrawnRow(y, of: tile) }
            tile.endRow(y)
        }
        state.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodeDrawnRow(_ y: Int, of tile: TileBuffer) {
        // A local copy stays in registers.
        var range = range
        let start = tile.index(x: 0, y: y)
        var secondLeft = tile[start &- 2]
        var left = tile[start &- 1]
        var aboveLeft = tile[start &- tile.stride &- 1]
        var above = tile[start &- tile.stride]
        for index in start..<start &+ tile.width {
            let aboveRight = tile[index &- tile.stride &+ 1]
            let context = DrawnContext.of(
                left: left, secondLeft: secondLeft, above: above, aboveLeft: aboveLeft, aboveRight: aboveRight)
            secondLeft = left
            if !range.decode(models, ModelPlace.isLeft &+ context) {
                if left != above, range.decode(models, ModelPlace.isAbove &+ context) {
                    left = above
                } else {
                    let isCached = range.decode(models, ModelPlace.drawnIsCached)
                    left = decodeColour(isCached: isCached, left: left, above: above, aboveLeft: aboveLeft)
                }
            }
            tile[index] = left
            aboveLeft = above
            above = aboveRight
        }
        self.range = range
    }

    /// A pixel that is neither neighbour again.
    @_lifetime(self: copy self)
    private mutating func decodeColour(isCached: Bool, left: UInt32, above: UInt32, aboveLeft: UInt32) -> UInt32 {
        if isCached { return cache[Int(bits.read(ColourCache.slotBits))] }
        let residual = state.drawn.decode(from: &bits)
        let pixel = residual.pixel(from: Prediction.median(left: left, above: above, aboveLeft: aboveLeft))
        cache.insert(pixel)
        return pixel
    }

    @_lifetime(self: copy self)
    private mutating func decodePhoto(into tile: TileBuffer) {
        var exactAbove: UInt32 = 0
        for y in 0..<tile.height {
            tile.beginRow(y)
            exactAbove = decodePhotoRow(y, of: tile, exactAbove: exactAbove)
            tile.endRow(y)
        }
        state.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodePhotoRow(_ y: Int, of tile: TileBuffer, exactAbove: UInt32) -> UInt32 {
        let start = tile.index(x: 0, y: y)
        var exactBits: UInt32 = 0
        for x in 0..<tile.width {
            let index = start &+ x
            let prediction = Prediction.median(
                left: tile[index &- 1], above: tile[index &- tile.stride], aboveLeft: tile[index &- tile.stride &- 1])
            let context = PhotoContext.of(x: x, exact: exactBits, exactAbove: exactAbove)
            if range.decode(models, ModelPlace.isExact + context) {
                exactBits |= 1 &<< UInt32(truncatingIfNeeded: x)
                tile[index] = prediction
            } else {
                let residual = state.photo.decode(from: &bits)
                tile[index] = residual.pixel(from: prediction)
            }
        }
        return exactBits
    }

    @_lifetime(self: copy self)
    private mutating func decodeRaw(into tile: TileBuffer) {
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width { tile[index] = bits.read(24) | Pixel.opaque }
        }
        state.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodeBackground(context: Int) -> UInt32 {
        if !range.decode(models, ModelPlace.isBackground + context) {
            state.background = decodeColour(context: context)
        }
        return state.background
    }

    @_lifetime(self: copy self)
    private mutating func decodeForeground() -> UInt32 {
        if !range.decode(models, ModelPlace.isForeground) { state.foreground = decodeColour(context: 2) }
        return state.foreground
    }

    @_lifetime(self: copy self)
    private mutating func decodeColour(context: Int) -> UInt32 {
        if range.decode(models, ModelPlace.isCached + context) { return cache[Int(bits.read(ColourCache.slotBits))] }
        let colour = bits.read(24) | Pixel.opaque
        cache.insert(colour)
        return colour
    }

}

import WireFormat

/// Reads tiles from the two streams of one body: `BodyEncoder`, backwards.
struct BodyDecoder: ~Escapable {
    private var range: RangeDecoder
    private var bits: BitReader
    private var model = BodyModel()
    private var nextIndex = 0
    private var hasTile = false
    private var solid: UInt32?

    @_lifetime(copy rangeBytes, copy bitBytes)
    init(rangeBytes: Span<UInt8>, bitBytes: Span<UInt8>) {
        range = RangeDecoder(rangeBytes)
        bits = BitReader(bitBytes)
    }

    var isExhausted: Bool { range.isExhausted || bits.isExhausted }

    /// The next tile's index, less than `count`.
    @_lifetime(self: copy self)
    mutating func decodePosition(tileCount count: Int) throws(Decoder.Failure) -> Int {
        var index = nextIndex
        let isSkip = range.decode(&model.isNext[model.wasNext ? 1 : 0])
        model.wasNext = !isSkip
        if isSkip {
            var length = 0
            while range.decode(&model.skipLength[min(length, 15)]) {
                length += 1
                if length > 31 { throw .malformed }
            }
            let skip = 1 << length | Int(bits.read(length))
            if skip >= count { throw .malformed }
            index += skip
            if index >= count { index -= count }
        }
        nextIndex = index + 1 == count ? 0 : index + 1
        return index
    }

    /// The next tile's pixels. Its margin is defined only while it is decoded.
    @_lifetime(self: copy self)
    mutating func decodeTile(width: Int, height: Int, into tile: inout TileBuffer) throws(Decoder.Failure) {
        guard let kind = TileKind(rawValue: decodeKind()) else { throw .malformed }
        if kind == .repeated {
            try decodeRepeated(width: width, height: height, into: &tile)
        } else {
            tile.begin(width: width, height: height, background: model.background)
            solid = nil
            switch kind {
            case .solid: decodeSolid(into: &tile)
            case .bitmap: decodeBitmap(into: &tile)
            case .drawn: decodeDrawn(into: &tile)
            case .photo: decodePhoto(into: &tile)
            case .raw: decodeRaw(into: &tile)
            case .repeated: break
            }
        }
        hasTile = true
        model.previousKind = kind
        if isExhausted { throw .truncated }
    }

    @_lifetime(self: copy self)
    private mutating func decodeKind() -> UInt8 {
        let start = Int(model.previousKind.rawValue) * 8
        var node = 1
        for _ in 0..<TileKind.codeBits { node = node * 2 + (range.decode(&model.kinds[start + node]) ? 1 : 0) }
        return UInt8(truncatingIfNeeded: node - 8)
    }

    @_lifetime(self: copy self)
    private mutating func decodeRepeated(
        width: Int, height: Int, into tile: inout TileBuffer
    ) throws(Decoder.Failure) {
        guard hasTile else { throw .malformed }
        if tile.width == width, tile.height == height { return }
        guard let solid else { throw .malformed }
        tile.begin(width: width, height: height, background: model.background)
        tile.fill(solid)
    }

    @_lifetime(self: copy self)
    private mutating func decodeSolid(into tile: inout TileBuffer) {
        let colour = decodeBackground(context: 0)
        tile.fill(colour)
        solid = colour
    }

    @_lifetime(self: copy self)
    private mutating func decodeBitmap(into tile: inout TileBuffer) {
        let background = decodeBackground(context: 1)
        let foreground = decodeForeground()
        var window = BitmapWindow()
        for y in 0..<tile.height {
            var row = window.above
            let repeats = range.decode(&model.bitmapRowRepeats[window.repeatContext])
            if !repeats {
                row = 0
                for x in 0..<tile.width {
                    let isSet = range.decode(&model.bitmap[window.context(x: x, row: row)])
                    row |= (isSet ? 1 : 0) &<< UInt32(truncatingIfNeeded: x)
                }
            }
            let start = tile.index(x: 0, y: y)
            for x in 0..<tile.width {
                tile[start &+ x] = row &>> UInt32(truncatingIfNeeded: x) & 1 != 0 ? foreground : background
            }
            window.advance(row: row, repeats: repeats)
        }
    }

    @_lifetime(self: copy self)
    private mutating func decodeDrawn(into tile: inout TileBuffer) {
        var repeats = false
        for y in 0..<tile.height {
            tile.beginRow(y)
            repeats = range.decode(&model.drawnRowRepeats[repeats ? 1 : 0])
            if repeats { tile.repeatRow(y) } else { decodeDrawnRow(y, of: &tile) }
            tile.endRow(y)
        }
        model.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodeDrawnRow(_ y: Int, of tile: inout TileBuffer) {
        let start = tile.index(x: 0, y: y)
        for index in start..<start + tile.width {
            let left = tile[index &- 1]
            let above = tile[index &- tile.stride]
            let context = DrawnContext.of(index, in: tile)
            if range.decode(&model.isLeft[context]) {
                tile[index] = left
            } else if left != above, range.decode(&model.isAbove[context]) {
                tile[index] = above
            } else if range.decode(&model.drawnIsCached[0]) {
                tile[index] = model.cache[decodeSlot()]
            } else {
                let aboveLeft = tile[index &- tile.stride &- 1]
                let residual = Residual(
                    green: model.drawnGreen.decode(from: &bits), red: model.drawnRed.decode(from: &bits),
                    blue: model.drawnBlue.decode(from: &bits))
                let pixel = residual.pixel(
                    from: Prediction.median(left: left, above: above, aboveLeft: aboveLeft))
                tile[index] = pixel
                model.cache.insert(pixel)
            }
        }
    }

    @_lifetime(self: copy self)
    private mutating func decodePhoto(into tile: inout TileBuffer) {
        var exactAbove: UInt32 = 0
        for y in 0..<tile.height {
            tile.beginRow(y)
            exactAbove = decodePhotoRow(y, of: &tile, exactAbove: exactAbove)
            tile.endRow(y)
        }
        model.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodePhotoRow(_ y: Int, of tile: inout TileBuffer, exactAbove: UInt32) -> UInt32 {
        let start = tile.index(x: 0, y: y)
        var exactBits: UInt32 = 0
        for x in 0..<tile.width {
            let index = start &+ x
            let prediction = Prediction.median(
                left: tile[index &- 1], above: tile[index &- tile.stride], aboveLeft: tile[index &- tile.stride &- 1])
            let context = PhotoContext.of(x: x, exact: exactBits, exactAbove: exactAbove)
            if range.decode(&model.isExact[context]) {
                exactBits |= 1 &<< UInt32(truncatingIfNeeded: x)
                tile[index] = prediction
            } else {
                let residual = Residual(
                    green: model.photoGreen.decode(from: &bits), red: model.photoRed.decode(from: &bits),
                    blue: model.photoBlue.decode(from: &bits))
                tile[index] = residual.pixel(from: prediction)
            }
        }
        return exactBits
    }

    @_lifetime(self: copy self)
    private mutating func decodeRaw(into tile: inout TileBuffer) {
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width { tile[index] = bits.read(24) | Pixel.opaque }
        }
        model.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodeBackground(context: Int) -> UInt32 {
        if !range.decode(&model.isBackground[context]) { model.background = decodeColour(context: context) }
        return model.background
    }

    @_lifetime(self: copy self)
    private mutating func decodeForeground() -> UInt32 {
        if !range.decode(&model.isForeground[0]) { model.foreground = decodeColour(context: 2) }
        return model.foreground
    }

    @_lifetime(self: copy self)
    private mutating func decodeColour(context: Int) -> UInt32 {
        if range.decode(&model.isCached[context]) { return model.cache[decodeSlot()] }
        let colour = bits.read(24) | Pixel.opaque
        model.cache.insert(colour)
        return colour
    }

    @_lifetime(self: copy self)
    private mutating func decodeSlot() -> Int {
        var node = 1
        for _ in 0..<ColourCache.slotBits { node = node &* 2 &+ (range.decode(&model.slots[node]) ? 1 : 0) }
        return node &- 1 << ColourCache.slotBits
    }
}

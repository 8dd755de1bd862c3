import WireFormat

/// Writes tiles into the two streams of one body, and can take the last one back.
struct BodyEncoder {
    /// A point to return to.
    struct Mark {
        let range: RangeEncoder.State
        let bits: BitWriter.State
        let model: BodyModel
        let tileCount: Int
        let nextIndex: Int
        let previousSolid: UInt32?
        let kindCounts: [6 of Int]
    }

    var range = RangeEncoder()
    var bits = BitWriter()
    var model = BodyModel()
    private(set) var tileCount = 0
    /// Tiles of each kind, over all bodies.
    private(set) var kindCounts = [6 of Int](repeating: 0)
    private var nextIndex = 0
    /// The colour of the tile before, where it had only one.
    private(set) var previousSolid: UInt32?

    /// The most bytes that one tile can take in either stream before it is taken back: five decisions and a slot
    /// for each pixel, each of at most twelve bits; three escaped residuals of 20 bits each.
    private static let worstTileByteCount = 8_192

    mutating func begin(capacity: Int) {
        range.reset(capacity: capacity + Self.worstTileByteCount)
        bits.reset(capacity: capacity + Self.worstTileByteCount)
        model = BodyModel()
        tileCount = 0
        nextIndex = 0
        previousSolid = nil
    }

    var mark: Mark {
        Mark(
            range: range.state, bits: bits.state, model: model, tileCount: tileCount, nextIndex: nextIndex,
            previousSolid: previousSolid, kindCounts: kindCounts)
    }

    mutating func restore(_ mark: Mark) {
        range.restore(mark.range)
        bits.restore(mark.bits)
        model = mark.model
        tileCount = mark.tileCount
        nextIndex = mark.nextIndex
        previousSolid = mark.previousSolid
        kindCounts = mark.kindCounts
    }

    /// The most bytes the body can have if it ends here.
    var maximumByteCount: Int { BodyHeader.byteCount + range.maximumByteCount + bits.byteCount }

    @_lifetime(output: copy output)
    mutating func finish(width: Int, height: Int, into output: inout OutputSpan<UInt8>) {
        let start = output.count
        BodyHeader(width: width, height: height, tileCount: tileCount, rangeByteCount: 0).append(to: &output)
        range.finish(into: &output)
        let length = output.count - start - BodyHeader.byteCount
        output.replace(at: start + BodyHeader.byteCount - 2, bigEndian: UInt16(truncatingIfNeeded: length))
        bits.finish(into: &output)
    }

    /// Where the next tile is: how far behind the one before, counted around the end of the grid.
    mutating func encodePosition(_ index: Int, tileCount count: Int) {
        let skip = index >= nextIndex ? index - nextIndex : index + count - nextIndex
        let context = model.wasNext ? 1 : 0
        range.encode(skip != 0, &model.isNext[context])
        model.wasNext = skip == 0
        if skip != 0 {
            let length = Int.bitWidth - 1 - skip.leadingZeroBitCount
            for step in 0..<length { range.encode(true, &model.skipLength[min(step, 15)]) }
            range.encode(false, &model.skipLength[min(length, 15)])
            bits.append(UInt32(skip - 1 << length), count: length)
        }
        nextIndex = index + 1 == count ? 0 : index + 1
        tileCount += 1
    }

    mutating func encodeKind(_ kind: TileKind) {
        let start = Int(model.previousKind.rawValue) * 8
        var node = 1
        for shift in stride(from: TileKind.codeBits - 1, through: 0, by: -1) {
            let decision = kind.rawValue >> UInt8(shift) & 1 != 0
            range.encode(decision, &model.kinds[start + node])
            node = node * 2 + (decision ? 1 : 0)
        }
        model.previousKind = kind
        kindCounts[Int(kind.rawValue)] += 1
    }

    /// The tile before once more.
    mutating func encodeRepeated() { encodeKind(.repeated) }

    mutating func encodeSolid(_ colour: UInt32) {
        encodeKind(.solid)
        encodeBackground(colour, context: 0)
        previousSolid = colour
    }

    /// A tile of two colours: `rows` has a set bit where a pixel, counted from the lowest bit, is not the background.
    mutating func encodeBitmap(_ rows: [16 of UInt16], width: Int, height: Int, background: UInt32, foreground: UInt32)
    {
        encodeKind(.bitmap)
        encodeBackground(background, context: 1)
        encodeForeground(foreground)
        var window = BitmapWindow()
        for y in 0..<height {
            let row = UInt32(rows[y])
            let repeats = row == window.above
            range.encode(repeats, &model.bitmapRowRepeats[window.repeatContext])
            if !repeats {
                for x in 0..<width {
                    let bit = row &>> UInt32(truncatingIfNeeded: x) & 1
                    range.encode(bit != 0, &model.bitmap[window.context(x: x, row: row)])
                }
            }
            window.advance(row: row, repeats: repeats)
        }
        previousSolid = nil
    }

    mutating func encodeDrawn(_ tile: borrowing TileBuffer) {
        encodeKind(.drawn)
        var repeats = false
        for y in 0..<tile.height {
            let repeatsNow = tile.rowRepeats(y)
            range.encode(repeatsNow, &model.drawnRowRepeats[repeats ? 1 : 0])
            repeats = repeatsNow
            if !repeats { encodeDrawnRow(y, of: tile) }
        }
        model.background = tile[tile.index(x: 0, y: 0)]
        previousSolid = nil
    }

    private mutating func encodeDrawnRow(_ y: Int, of tile: borrowing TileBuffer) {
        let start = tile.index(x: 0, y: y)
        for index in start..<start + tile.width {
            let pixel = tile[index]
            let left = tile[index &- 1]
            let above = tile[index &- tile.stride]
            let context = DrawnContext.of(index, in: tile)
            range.encode(pixel == left, &model.isLeft[context])
            if pixel == left { continue }
            if left != above {
                range.encode(pixel == above, &model.isAbove[context])
                if pixel == above { continue }
            }
            let isCached = model.cache.contains(pixel)
            range.encode(isCached, &model.drawnIsCached[0])
            if isCached {
                encodeSlot(ColourCache.slot(of: pixel))
            } else {
                let aboveLeft = tile[index &- tile.stride &- 1]
                let residual = Residual(
                    of: pixel, from: Prediction.median(left: left, above: above, aboveLeft: aboveLeft))
                model.drawnGreen.encode(residual.green, into: &bits)
                model.drawnRed.encode(residual.red, into: &bits)
                model.drawnBlue.encode(residual.blue, into: &bits)
                model.cache.insert(pixel)
            }
        }
    }

    mutating func encodePhoto(_ tile: borrowing TileBuffer) {
        encodeKind(.photo)
        var exactAbove: UInt32 = 0
        for y in 0..<tile.height { exactAbove = encodePhotoRow(y, of: tile, exactAbove: exactAbove) }
        model.background = tile[tile.index(x: 0, y: 0)]
        previousSolid = nil
    }

    private mutating func encodePhotoRow(_ y: Int, of tile: borrowing TileBuffer, exactAbove: UInt32) -> UInt32 {
        let start = tile.index(x: 0, y: y)
        var exactBits: UInt32 = 0
        for x in 0..<tile.width {
            let index = start &+ x
            let pixel = tile[index]
            let prediction = Prediction.median(
                left: tile[index &- 1], above: tile[index &- tile.stride], aboveLeft: tile[index &- tile.stride &- 1])
            let context = PhotoContext.of(x: x, exact: exactBits, exactAbove: exactAbove)
            range.encode(pixel == prediction, &model.isExact[context])
            if pixel == prediction {
                exactBits |= 1 &<< UInt32(truncatingIfNeeded: x)
            } else {
                let residual = Residual(of: pixel, from: prediction)
                model.photoGreen.encode(residual.green, into: &bits)
                model.photoRed.encode(residual.red, into: &bits)
                model.photoBlue.encode(residual.blue, into: &bits)
            }
        }
        return exactBits
    }

    mutating func encodeRaw(_ tile: borrowing TileBuffer) {
        encodeKind(.raw)
        for y in 0..<tile.height {
            let start = tile.index(x: 0, y: y)
            for index in start..<start + tile.width { bits.append(tile[index] & Pixel.colourBits, count: 24) }
        }
        model.background = tile[tile.index(x: 0, y: 0)]
        previousSolid = nil
    }

    private mutating func encodeBackground(_ colour: UInt32, context: Int) {
        range.encode(colour == model.background, &model.isBackground[context])
        if colour != model.background { encodeColour(colour, context: context) }
        model.background = colour
    }

    private mutating func encodeForeground(_ colour: UInt32) {
        range.encode(colour == model.foreground, &model.isForeground[0])
        if colour != model.foreground { encodeColour(colour, context: 2) }
        model.foreground = colour
    }

    private mutating func encodeColour(_ colour: UInt32, context: Int) {
        let isCached = model.cache.contains(colour)
        range.encode(isCached, &model.isCached[context])
        if isCached {
            encodeSlot(ColourCache.slot(of: colour))
        } else {
            bits.append(colour & Pixel.colourBits, count: 24)
            model.cache.insert(colour)
        }
    }

    private mutating func encodeSlot(_ slot: Int) {
        var node = 1
        for shift in stride(from: ColourCache.slotBits - 1, through: 0, by: -1) {
            let decision = slot &>> shift & 1
            range.encode(decision != 0, &model.slots[node])
            node = node &* 2 &+ decision
        }
    }
}

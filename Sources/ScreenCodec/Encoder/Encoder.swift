import WireFormat

/// The host's half of the screen codec: knows what the screen last looked like, finds the tiles that changed and
/// writes tiles into datagrams.
///
/// One picture and its scratch are allocated for a size of the screen; from then on nothing is.
public struct Encoder: Sendable {
    /// How the screen is cut into tiles.
    public private(set) var grid: TileGrid

    /// The picture as of the last `update`: what `encode` writes. Row by row without gaps, top bytes 0xFF.
    var reference: [UInt32]

    private var body = BodyEncoder()
    private var tile = TileBuffer()

    /// A black screen.
    ///
    /// - Precondition: both sides are 0...`TileGrid.maximumSide`.
    public init(width: Int, height: Int) {
        grid = TileGrid(width: width, height: height)
        reference = [UInt32](repeating: Pixel.opaque, count: grid.pixelCount)
    }

    /// Takes another size; the picture is black again, so that every tile is to be sent anew.
    public mutating func resize(width: Int, height: Int) {
        grid = TileGrid(width: width, height: height)
        reference.removeAll(keepingCapacity: true)
        reference.append(contentsOf: repeatElement(Pixel.opaque, count: grid.pixelCount))
    }

    /// How many tiles of each kind were written so far, by the kind's code in the format: for figures and tests.
    package var kindCounts: [Int] { body.kindCounts.indices.map { body.kindCounts[$0] } }

    /// The picture as of the last `update`, row by row.
    public var pixels: Span<UInt32> {
        @_lifetime(borrow self)
        get { reference.span }
    }

    /// Appends one body with as many of `tiles` as fit, in their order: the pixels as of the last `update`.
    ///
    /// With 800 bytes free at least one goes in. Where none does, nothing is appended.
    /// - Parameters:
    ///   - tiles: each less than the grid's `tileCount`; in the grid's order they cost least.
    ///   - packet: what is free in it is the limit, or 65,535 bytes.
    /// - Returns: how many went in, from the front.
    @_lifetime(packet: copy packet)
    public mutating func encode(_ tiles: Span<TileIndex>, into packet: inout OutputSpan<UInt8>) -> Int {
        let capacity = min(packet.freeCapacity, BodyHeader.maximumField)
        guard capacity > BodyHeader.byteCount else { return 0 }
        body.begin(capacity: capacity)
        for position in 0..<min(tiles.count, BodyHeader.maximumField) {
            let mark = body.mark
            encodeTile(tiles[position], after: position > 0 ? tiles[position - 1] : nil)
            if body.maximumByteCount > capacity {
                body.restore(mark)
                break
            }
        }
        if body.tileCount > 0 { body.finish(width: grid.width, height: grid.height, into: &packet) }
        return body.tileCount
    }

    private mutating func encodeTile(_ index: TileIndex, after previous: TileIndex?) {
        let rectangle = grid.rectangle(of: index)
        body.encodePosition(Int(index), tileCount: grid.tileCount)
        if let previous, repeats(rectangle, grid.rectangle(of: previous)) {
            body.encodeRepeated()
            return
        }
        load(rectangle)
        switch TileAnalysis(of: tile) {
        case .solid(let colour):
            if colour == body.previousSolid { body.encodeRepeated() } else { body.encodeSolid(colour) }
        case .twoColours(let first, let second, let rows):
            encodeTwoColours(first: first, second: second, rows: rows)
        case .drawn: encodeOrRaw { body, tile in body.encodeDrawn(tile) }
        case .photo: encodeOrRaw { body, tile in body.encodePhoto(tile) }
        }
    }

    /// Writes the tile in the way given, or raw where that is shorter.
    private mutating func encodeOrRaw(_ encode: (inout BodyEncoder, borrowing TileBuffer) -> Void) {
        let mark = body.mark
        let start = body.range.maximumByteCount * 8 + body.bits.bitCount
        encode(&body, tile)
        let used = body.range.maximumByteCount * 8 + body.bits.bitCount - start
        if used > tile.width * tile.height * 24 + 8 {
            body.restore(mark)
            body.encodeRaw(tile)
        }
    }

    /// The colour known as background comes first, so that shapes look alike from tile to tile.
    private mutating func encodeTwoColours(first: UInt32, second: UInt32, rows: [16 of UInt16]) {
        var rows = rows
        let isSwapped = second == body.model.background || first == body.model.foreground
        if isSwapped, first != body.model.background {
            let columns = UInt16(truncatingIfNeeded: 1 << tile.width - 1)
            for y in 0..<tile.height { rows[y] = ~rows[y] & columns }
            body.encodeBitmap(rows, width: tile.width, height: tile.height, background: second, foreground: first)
        } else {
            body.encodeBitmap(rows, width: tile.width, height: tile.height, background: first, foreground: second)
        }
    }

    private func repeats(_ one: Rectangle, _ other: Rectangle) -> Bool {
        guard one.width == other.width, one.height == other.height else { return false }
        var difference: UInt32 = 0
        for y in 0..<one.height {
            let start = (one.y + y) * grid.width + one.x
            let otherStart = (other.y + y) * grid.width + other.x
            for x in 0..<one.width { difference |= reference[start + x] ^ reference[otherStart + x] }
            if difference != 0 { return false }
        }
        return true
    }

    private mutating func load(_ rectangle: Rectangle) {
        tile.begin(width: rectangle.width, height: rectangle.height, background: body.model.background)
        for y in 0..<rectangle.height {
            tile.beginRow(y)
            let from = (rectangle.y + y) * grid.width + rectangle.x
            let to = tile.index(x: 0, y: y)
            for x in 0..<rectangle.width { tile[to &+ x] = reference[from &+ x] }
            tile.endRow(y)
        }
    }
}

import WireFormat

/// Chooses how each tile of one body is written, and writes it if it fits.
struct TileWriter {
    private var body: BodyEncoder
    private let workspace: Workspace
    private let grid: TileGrid
    private let capacity: Int
    /// What the last tile with many colours took.
    private var lastByteCount = 0
    /// By the kind's code.
    private(set) var kindCounts = [8 of Int](repeating: 0)
    private(set) var lastKind = TileKind.raw

    /// A tile of one colour, or one like the last, needs no more than this.
    private static let smallTileByteCount = 24

    /// An exact tile with no more than this is never sent coarse first: most text.
    private static let cheapTileByteCount = 48

    init(_ workspace: Workspace, grid: TileGrid, capacity: Int) {
        self.workspace = workspace
        self.grid = grid
        self.capacity = capacity
        body = BodyEncoder(workspace)
    }

    /// Ends the body, if it has a tile, and says how many it has.
    @_lifetime(packet: copy packet)
    mutating func finish(into packet: inout OutputSpan<UInt8>) -> Int {
        let count = body.state.tileCount
        if count > 0 { body.finish(width: grid.width, height: grid.height, into: &packet) }
        return count
    }

    /// Writes a tile, or nothing where it does not fit.
    ///
    /// - Parameter quality: what a coarse picture must have, where one will do.
    mutating func write(
        _ index: TileIndex, after previous: Rectangle?, from pixels: Span<UInt32>, quality: CoarseQuality?
    ) -> Bool {
        guard let kind = writeCheapest(index, after: previous, from: pixels, quality: quality) else { return false }
        kindCounts[Int(kind.rawValue)] += 1
        lastKind = kind
        return true
    }

    private mutating func writeCheapest(
        _ index: TileIndex, after previous: Rectangle?, from pixels: Span<UInt32>, quality: CoarseQuality?
    ) -> TileKind? {
        let area = grid.rectangle(of: index)
        if let previous, repeats(area, previous, in: pixels) {
            return writeSmall(index) { body in body.encodeRepeated() } ? .repeated : nil
        }
        let tile = load(area, from: pixels)
        let analysis = TileAnalysis(of: tile, in: workspace)
        switch analysis {
        case .solid(let colour):
            if colour == body.state.previousSolid {
                return writeSmall(index) { body in body.encodeRepeated() } ? .repeated : nil
            }
            return writeSmall(index) { body in body.encodeSolid(colour) } ? .solid : nil
        case .twoColours(let first, let second):
            return writeBitmap(index, tile, first: first, second: second) ? .bitmap : nil
        case .drawn:
            // Mostly it is known before it is tried that the exact pixels are dear.
            if let quality, tile.isBusy, let coarse = analyse(tile, quality),
                coarse.estimatedBitCount * 2 < tile.busyBitCount
            {
                return write(index, coarse)
            }
            return write(index, tile, as: .drawn, quality: quality)
        case .photo, .grain:
            if let quality, let coarse = analyse(tile, quality) { return write(index, coarse) }
            return write(index, tile, as: analysis.isGrain ? .grain : .photo)
        }
    }

    /// A coarse picture of the tile; nil where it would not even halve the bytes.
    private func analyse(_ tile: TileBuffer, _ quality: CoarseQuality) -> CoarseAnalysis? {
        let coarse = CoarseAnalysis(of: tile, quality: quality, guess: body.state.coarse.scale, workspace.coarse)
        guard let coarse, coarse.estimatedBitCount < tile.width * tile.height * 12 else { return nil }
        return coarse
    }

    /// Writes what is small enough that, with room left, no way back is needed.
    @inline(__always)
    private mutating func writeSmall(_ index: TileIndex, _ encode: (inout BodyEncoder) -> Void) -> Bool {
        if body.maximumByteCount + Self.smallTileByteCount <= capacity {
            body.encodePosition(Int(index), tileCount: grid.tileCount)
            encode(&body)
            return true
        }
        return writeIfFitting(index, encode)
    }

    @inline(__always)
    private mutating func writeIfFitting(_ index: TileIndex, _ encode: (inout BodyEncoder) -> Void) -> Bool {
        let mark = body.mark()
        body.encodePosition(Int(index), tileCount: grid.tileCount)
        encode(&body)
        if body.maximumByteCount <= capacity { return true }
        body.restore(mark)
        return false
    }

    private mutating func write(_ index: TileIndex, _ coarse: CoarseAnalysis) -> TileKind? {
        writeIfFitting(index) { body in body.encodeCoarse(coarse) } ? .coarse : nil
    }

    /// Writes the tile as the kind given, or raw where that is shorter, or coarse where that will do and is far shorter.
    private mutating func write(
        _ index: TileIndex, _ tile: TileBuffer, as kind: TileKind, quality: CoarseQuality? = nil
    ) -> TileKind? {
        // A tile is much like the one before it: where that would not have fitted, this one is not tried in vain.
        if body.state.tileCount > 0, capacity - body.maximumByteCount < lastByteCount * 3 / 4 { return nil }
        let mark = body.mark()
        let start = body.bitCount
        body.encodePosition(Int(index), tileCount: grid.tileCount)
        switch kind {
        case .drawn: body.encodeDrawn(tile)
        case .grain: body.encodeGrain(tile)
        default: body.encodePhoto(tile)
        }
        lastByteCount = (body.bitCount - start) / 8
        if let quality, lastByteCount > Self.cheapTileByteCount, let coarse = analyse(tile, quality),
            coarse.estimatedBitCount * 2 < body.bitCount - start
        {
            body.restore(mark)
            return write(index, coarse)
        }
        if body.bitCount - start <= tile.width * tile.height * 24 + 16 {
            if body.maximumByteCount <= capacity { return kind }
            body.restore(mark)
            return nil
        }
        body.restore(mark)
        return writeIfFitting(index) { body in body.encodeRaw(tile) } ? .raw : nil
    }

    /// The colour known as background comes first, so that shapes look alike from tile to tile.
    private mutating func writeBitmap(_ index: TileIndex, _ tile: TileBuffer, first: UInt32, second: UInt32) -> Bool {
        let background = body.state.background
        let isSwapped = first != background && (second == background || first == body.state.foreground)
        let rows = workspace.rows
        if isSwapped {
            let columns = UInt32(1) << UInt32(tile.width) - 1
            for y in 0..<tile.height { rows[y] = ~rows[y] & columns }
        }
        return writeIfFitting(index) { body in
            body.encodeBitmap(
                rows, width: tile.width, height: tile.height, background: isSwapped ? second : first,
                foreground: isSwapped ? first : second)
        }
    }

    private func repeats(_ one: Rectangle, _ other: Rectangle, in pixels: Span<UInt32>) -> Bool {
        guard one.width == other.width, one.height == other.height else { return false }
        for y in 0..<one.height {
            let differs = PixelRows.difference(
                pixels, at: (one.y + y) * grid.width + one.x, pixels, at: (other.y + y) * grid.width + other.x,
                count: one.width)
            if differs != 0 { return false }
        }
        return true
    }

    private func load(_ area: Rectangle, from pixels: Span<UInt32>) -> TileBuffer {
        let tile = TileBuffer(
            workspace.tile, width: area.width, height: area.height, background: body.state.background)
        for y in 0..<area.height {
            tile.beginRow(y)
            let from = (area.y + y) * grid.width + area.x
            let to = tile.index(x: 0, y: y)
            workspace.tile.copy(pixels, from: from, count: area.width, to: to)
            tile.endRow(y)
        }
        return tile
    }
}

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
    private(set) var patchCount = 0
    /// The number of the packet.
    private let version: UInt64
    /// The pixels that were written last, unless they went coarsely.
    private var previous: Rectangle?

    /// A tile of one colour, or one like the last, needs no more than this.
    private static let smallTileByteCount = 32

    /// An exact tile with no more than this is never sent coarse first: most text.
    private static let cheapTileByteCount = 48

    /// - Parameter isSizeKnown: the viewer has a picture of this size.
    init(_ workspace: Workspace, grid: TileGrid, capacity: Int, version: UInt64, isSizeKnown: Bool) {
        self.version = version
        self.workspace = workspace
        self.grid = grid
        self.capacity = capacity
        body = BodyEncoder(workspace, size: isSizeKnown ? nil : (grid.width, grid.height))
    }

    /// Ends the body, if it has a tile, and says how many it has.
    @_lifetime(packet: copy packet)
    mutating func finish(into packet: inout OutputSpan<UInt8>) -> Int {
        let count = body.state.tileCount
        if count > 0 { body.finish(into: &packet) }
        return count
    }

    /// Writes a tile, or nothing where it does not fit.
    ///
    /// - Parameters:
    ///   - patch: what will do of the tile, and what it builds on; the whole tile goes where it has to go coarsely.
    ///   - quality: what a coarse picture must have, where one will do.
    mutating func write(
        _ index: TileIndex, patch: TilePatch?, from pixels: Span<UInt32>, quality: CoarseQuality?
    ) -> Bool {
        let whole = grid.rectangle(of: index)
        var place = TilePlace(index: index, grid: grid, version: version)
        if let patch, patch.isWorthIt(in: whole, version: version) { place.patch = patch }
        guard let kind = writeCheapest(&place, whole, from: pixels, quality: quality) else { return false }
        kindCounts[Int(kind.rawValue)] += 1
        if place.patch != nil { patchCount += 1 }
        lastKind = kind
        // A coarse tile is not what the pixels are, and so repeats none.
        if kind == .coarse { previous = nil } else { previous = place.patch?.area.rectangle(in: whole) ?? whole }
        return true
    }

    private mutating func writeCheapest(
        _ place: inout TilePlace, _ whole: Rectangle, from pixels: Span<UInt32>, quality: CoarseQuality?
    ) -> TileKind? {
        var area = whole
        if let patch = place.patch { area = patch.area.rectangle(in: whole) }
        if let previous, repeats(area, previous, in: pixels) {
            return writeSmall(place, .repeated) { body in body.encodeRepeated() } ? .repeated : nil
        }
        var tile = load(area, from: pixels)
        var analysis = TileAnalysis(of: tile, in: workspace)
        if place.patch != nil, quality != nil, area.width * area.height > Self.smallPatch, analysis.isDear(tile) {
            place.patch = nil
            tile = load(whole, from: pixels)
            analysis = TileAnalysis(of: tile, in: workspace)
        }
        return write(place, tile, analysis, quality: place.patch == nil ? quality : nil)
    }

    /// A patch of so many pixels is never so dear that it must go coarsely.
    private static let smallPatch = 48

    private mutating func write(
        _ place: TilePlace, _ tile: TileBuffer, _ analysis: TileAnalysis, quality: CoarseQuality?
    ) -> TileKind? {
        switch analysis {
        case .solid(let colour):
            if colour == body.state.previousSolid {
                return writeSmall(place, .repeated) { body in body.encodeRepeated() } ? .repeated : nil
            }
            return writeSmall(place, .solid) { body in body.encodeSolid(colour) } ? .solid : nil
        case .twoColours(let first, let second):
            return writeBitmap(place, tile, first: first, second: second) ? .bitmap : nil
        case .drawn:
            // Mostly it is known before it is tried that the exact pixels are dear.
            if let quality, tile.isBusy, let coarse = analyse(tile, quality),
                coarse.estimatedBitCount * 2 < tile.busyBitCount
            {
                return write(place, coarse)
            }
            return write(place, tile, as: .drawn, quality: quality) { body in body.encodeDrawn(tile) }
        case .photo:
            if let quality, let coarse = analyse(tile, quality) { return write(place, coarse) }
            return write(place, tile, as: .photo) { body in body.encodePhoto(tile) }
        case .grain(let mode):
            if let quality, let coarse = analyse(tile, quality) { return write(place, coarse) }
            return write(place, tile, as: .grain) { body in body.encodeGrain(tile, mode) }
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
    private mutating func writeSmall(
        _ place: TilePlace, _ kind: TileKind, _ encode: (inout BodyEncoder) -> Void
    ) -> Bool {
        if body.maximumByteCount + Self.smallTileByteCount <= capacity {
            body.encodePlace(place)
            encode(&body)
            return true
        }
        return writeIfFitting(place, kind, encode)
    }

    @inline(__always)
    private mutating func writeIfFitting(
        _ place: TilePlace, _ kind: TileKind, _ encode: (inout BodyEncoder) -> Void
    ) -> Bool {
        let mark = body.mark(kind)
        body.encodePlace(place)
        encode(&body)
        if body.maximumByteCount <= capacity { return true }
        body.restore(mark, kind)
        return false
    }

    private mutating func write(_ place: TilePlace, _ coarse: CoarseAnalysis) -> TileKind? {
        writeIfFitting(place, .coarse) { body in body.encodeCoarse(coarse) } ? .coarse : nil
    }

    /// Writes the tile as the kind given, or raw where that is shorter, or coarse where that will do and is far shorter.
    @inline(__always)
    private mutating func write(
        _ place: TilePlace, _ tile: TileBuffer, as kind: TileKind, quality: CoarseQuality? = nil,
        _ encode: (inout BodyEncoder) -> Void
    ) -> TileKind? {
        // A tile is much like the one before it: where that would not have fitted, this one is not tried in vain.
        if body.state.tileCount > 0, capacity - body.maximumByteCount < lastByteCount * 3 / 4 { return nil }
        let mark = body.mark(kind)
        let start = body.bitCount
        body.encodePlace(place)
        encode(&body)
        lastByteCount = (body.bitCount - start) / 8
        if let quality, lastByteCount > Self.cheapTileByteCount, let coarse = analyse(tile, quality),
            coarse.estimatedBitCount * 2 < body.bitCount - start
        {
            body.restore(mark, kind)
            return write(place, coarse)
        }
        if body.bitCount - start <= tile.width * tile.height * 24 + 16 {
            if body.maximumByteCount <= capacity { return kind }
            body.restore(mark, kind)
            return nil
        }
        body.restore(mark, kind)
        return writeIfFitting(place, .raw) { body in body.encodeRaw(tile) } ? .raw : nil
    }

    /// The colour known as background comes first, so that shapes look alike from tile to tile.
    private mutating func writeBitmap(_ place: TilePlace, _ tile: TileBuffer, first: UInt32, second: UInt32) -> Bool {
        let background = body.state.background
        let isSwapped = first != background && (second == background || first == body.state.foreground)
        let rows = workspace.rows
        if isSwapped {
            let columns = UInt32(1) << UInt32(tile.width) - 1
            for y in 0..<tile.height { rows[y] = ~rows[y] & columns }
        }
        return writeIfFitting(place, .bitmap) { body in
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

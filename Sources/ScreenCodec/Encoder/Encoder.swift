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

    /// Of the last `update`.
    var scratch = ChangedTiles()

    /// Taken when the first body is written: an encoder that only keeps a picture up to date needs none.
    private var workspace: Workspace?

    /// How many tiles of each kind were written so far, by the kind's code in the format: for figures and tests.
    package private(set) var kindCounts = [Int](repeating: 0, count: TileKind.codeCount)

    /// How many of them were only a part of their tile.
    package private(set) var patchCount = 0

    /// Room in each stream for the body and one tile too many, for which 28 KiB is four times the worst there is.
    private static func workspaceByteCount(capacity: Int) -> Int { capacity <= 4_096 ? 32_768 : 131_072 }

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
        encode(tiles, into: &packet, version: 0, patch: { _ in nil }, quality: { _ in nil }, written: { _, _ in })
    }

    /// Appends one body as the other `encode` does, with coarse pictures of photos where they will do.
    ///
    /// - Parameters:
    ///   - quality: for a place in `tiles`, what a coarse picture must have; nil where the tile is to be exact.
    ///   - written: called for each tile that went in.
    @_lifetime(packet: copy packet)
    public mutating func encode(
        _ tiles: Span<TileIndex>, into packet: inout OutputSpan<UInt8>, quality: (Int) -> CoarseQuality?,
        written: (TileIndex, TileContent) -> Void
    ) -> Int {
        encode(tiles, into: &packet, version: 0, patch: { _ in nil }, quality: quality, written: written)
    }

    /// Appends one body as the other `encode` does, with only a part of tiles that the viewer has but for this part.
    ///
    /// - Parameters:
    ///   - version: the packet number: more than any that a patch builds on.
    ///   - isSizeKnown: the viewer has acknowledged a body with the size that the screen has.
    ///   - patch: for a tile, what of it has changed, and since when; nil where all of it is to go.
    @_lifetime(packet: copy packet)
    public mutating func encode(
        _ tiles: Span<TileIndex>, into packet: inout OutputSpan<UInt8>, version: UInt64, isSizeKnown: Bool = false,
        patch: (TileIndex) -> TilePatch?, quality: (Int) -> CoarseQuality?, written: (TileIndex, TileContent) -> Void
    ) -> Int {
        let capacity = min(packet.freeCapacity, BodyHeader.maximumField)
        guard capacity > BodyHeader.leastByteCount, !tiles.isEmpty else { return 0 }
        let workspace = takeWorkspace(capacity: capacity)
        var writer = TileWriter(
            workspace, grid: grid, capacity: capacity, version: version, isSizeKnown: isSizeKnown)
        write(tiles, with: &writer, patch: patch, quality: quality, written: written)
        let count = writer.finish(into: &packet)
        patchCount += writer.patchCount
        for kind in 0..<TileKind.codeCount { kindCounts[kind] += writer.kindCounts[kind] }
        withExtendedLifetime(workspace) {}
        return count
    }

    /// The encoder's own, unless it has none, shares it with a copy of itself, or needs more room.
    private mutating func takeWorkspace(capacity: Int) -> Workspace {
        let byteCount = Self.workspaceByteCount(capacity: capacity)
        if isKnownUniquelyReferenced(&workspace), let workspace, workspace.rangeBytes.count >= byteCount {
            return workspace
        }
        let taken = Workspace(byteCount: byteCount)
        workspace = taken
        return taken
    }

    private func write(
        _ tiles: Span<TileIndex>, with writer: inout TileWriter, patch: (TileIndex) -> TilePatch?,
        quality: (Int) -> CoarseQuality?, written: (TileIndex, TileContent) -> Void
    ) {
        let pixels = reference.span
        var content = TileContent.drawn
        for position in 0..<min(tiles.count, BodyHeader.maximumField) {
            let tile = tiles[position]
            guard writer.write(tile, patch: patch(tile), from: pixels, quality: quality(position)) else { return }
            content = writer.lastKind.content ?? content
            written(tiles[position], content)
        }
    }
}

import WireFormat

/// The viewer's half of the screen codec: owns the picture and paints bodies into it, trusting none of them.
///
/// A tile shows the newest version that ever arrived for it, in whatever order bodies arrive. Memory is fixed by the
/// size of the screen, which the limits bound.
public struct Decoder: Sendable {
    public let limits: Limits

    /// How the screen is cut into tiles; 0x0 until a size is known.
    public private(set) var grid = TileGrid(width: 0, height: 0)

    /// How many tiles have not been shown since the size was taken.
    public private(set) var tilesNeverSeen = 0

    var frame: [UInt32] = []
    /// One more than the version that each tile shows; 0 where none was ever seen.
    var versions: [UInt64] = []
    /// What each tile was last changed by.
    var editions: [UInt64] = []
    /// One more than the version of the newest move that each tile lacks; 0 where it lacks none.
    var missed: [UInt64] = []
    /// How many tiles lack a move that was refused.
    public internal(set) var missedCount = 0
    var refusedMoves: [UInt32] = []
    var refusedBodies: [UInt64] = []
    /// How many tiles show a coarse picture.
    public private(set) var coarseCount = 0

    private var isCoarse: [Bool] = []
    /// Which tiles changed since the damage was last taken.
    private var isDamaged: [Bool] = []
    var damageBounds = Rectangle(x: 0, y: 0, width: 0, height: 0)
    /// One more than the newest version that this size was named by.
    private var sizeVersion: UInt64 = 0
    /// The version of the body that the size was taken from: older ones that name none are of another.
    private var sizeSince: UInt64 = 0
    private var workspace = Workspace(byteCount: 1)

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Every tile of a screen with at least one has been seen, exact or at 28 dB or better (`CoarseQuality.lowest`).
    public var isComplete: Bool { tilesNeverSeen == 0 && grid.tileCount > 0 }

    public var width: Int { grid.width }

    public var height: Int { grid.height }

    /// The picture, row by row without gaps: blue, green, red and 0xFF, lowest byte first. Black where nothing was seen.
    public var pixels: Span<UInt32> {
        @_lifetime(borrow self)
        get { frame.span }
    }

    /// What changed since the damage was last taken; empty if nothing did.
    public var damage: Rectangle { damageBounds }

    /// Takes another size and forgets the picture. The same size again changes nothing.
    ///
    /// Bodies name their size too, so calling this is needed only to know the size before the first of them.
    public mutating func resize(width: Int, height: Int) throws(Failure) {
        guard limits.allow(width: width, height: height) else { throw .sizeRefused }
        guard width != grid.width || height != grid.height else { return }
        grid = TileGrid(width: width, height: height)
        tilesNeverSeen = grid.tileCount
        frame = [UInt32](repeating: Pixel.opaque, count: grid.pixelCount)
        versions = [UInt64](repeating: 0, count: grid.tileCount)
        editions = [UInt64](repeating: TileEdition.none, count: grid.tileCount)
        missed = versions
        missedCount = 0
        isDamaged = [Bool](repeating: true, count: grid.tileCount)
        isCoarse = [Bool](repeating: false, count: grid.tileCount)
        coarseCount = 0
        damageBounds = grid.bounds
    }

    /// Paints a body's tiles, but for those that already show a newer version.
    ///
    /// A body of another size makes the picture take that size, if its version is newer than all that had the old one.
    /// - Parameters:
    ///   - body: what `Encoder.encode` appended, alone.
    ///   - version: grows with each body sent: the packet number.
    /// - Returns: how many tiles were painted.
    /// - Throws: what is wrong with the body; tiles before the fault are painted.
    @discardableResult
    public mutating func decode(_ body: Span<UInt8>, version: UInt64) throws(Failure) -> Int {
        guard version < TileEdition.firstMove else { throw .malformed }
        var reader = ByteReader(body)
        let header = try BodyHeader(from: &reader)
        guard header.rangeByteCount <= reader.remaining else { throw .truncated }
        if let size = header.size {
            try adopt(width: size.width, height: size.height, version: version)
        } else if version < sizeSince || grid.tileCount == 0 {
            throw .otherSize
        }
        guard header.tileCount <= grid.tileCount else { throw .tooManyTiles }
        let rest = reader.rest
        if !isKnownUniquelyReferenced(&workspace) { workspace = Workspace(byteCount: 1) }
        let workspace = workspace
        defer { withExtendedLifetime(workspace) {} }
        var decoder = BodyDecoder(
            workspace, rangeBytes: rest.extracting(0..<header.rangeByteCount),
            bitBytes: rest.extracting(header.rangeByteCount..<rest.count))
        var painted = 0
        for _ in 0..<header.tileCount {
            let index = try decoder.decodePosition(in: grid)
            let whole = grid.rectangle(of: TileIndex(index))
            let patch = try decoder.decodePatch(in: whole, version: version)
            let area = patch?.area.rectangle(in: whole) ?? whole
            let tile = try decoder.decodeTile(width: area.width, height: area.height)
            if let patch {
                // Part of a tile cannot be coarse: the rest is exact.
                guard !decoder.isCoarse else { throw .malformed }
                guard holds(patch, index, version: version) else { continue }
            }
            if paint(tile, index, area, version: version) {
                painted += 1
                if patch == nil { note(index, isCoarse: decoder.isCoarse) }
            }
        }
        return painted
    }

    mutating func adopt(width: Int, height: Int, version: UInt64) throws(Failure) {
        if width != grid.width || height != grid.height {
            guard version >= sizeVersion else { throw .otherSize }
            try resize(width: width, height: height)
            sizeSince = version
        }
        sizeVersion = max(sizeVersion, version + 1)
    }

    private mutating func paint(_ tile: TileBuffer, _ index: Int, _ rectangle: Rectangle, version: UInt64) -> Bool {
        guard version + 1 >= versions[index] else { return false }
        noteChange(of: index, version: version, edition: version)
        damageBounds = damageBounds.union(rectangle)
        let width = grid.width
        let words = workspace.tile
        var pixels = frame.mutableSpan
        for y in 0..<rectangle.height {
            let to = (rectangle.y + y) * width + rectangle.x
            words.copy(from: tile.index(x: 0, y: y), count: rectangle.width, into: &pixels, at: to)
        }
        return true
    }

    /// Whether the tile is what a patch builds on. Where it is not, and is no newer either, the patch is refused.
    private mutating func holds(_ patch: TilePatch, _ index: Int, version: UInt64) -> Bool {
        if editions[index] == patch.basis { return true }
        guard versions[index] < version + 1 else { return false }
        refuse(index, in: version)
        return false
    }

    mutating func note(_ index: Int, isCoarse: Bool) {
        guard self.isCoarse[index] != isCoarse else { return }
        self.isCoarse[index] = isCoarse
        coarseCount += isCoarse ? 1 : -1
    }

    /// - Parameter version: not older than the one that the tile shows.
    mutating func noteChange(of index: Int, version: UInt64, edition: UInt64) {
        if versions[index] == 0 { tilesNeverSeen -= 1 }
        versions[index] = version + 1
        editions[index] = edition
        isDamaged[index] = true
        // The packet that lacks a move may itself hold the tile.
        guard missed[index] != 0, missed[index] <= version + 1 else { return }
        missed[index] = 0
        missedCount -= 1
    }

    /// Hands out what changed since it was last taken, as rectangles that do not overlap, and starts anew.
    ///
    /// Each is a run of neighbouring tiles in one row of the grid.
    public mutating func takeDamage(_ body: (Rectangle) -> Void) {
        let (columns, rows) = grid.tiles(meeting: damageBounds)
        for row in rows {
            var column = columns.lowerBound
            while let run = nextRun(from: column, to: columns.upperBound, row: row) {
                column = run.upperBound
                body(area(run, rows: row..<row + 1))
            }
        }
        damageBounds = Rectangle(x: 0, y: 0, width: 0, height: 0)
    }

    private func area(_ columns: Range<Int>, rows: Range<Int>) -> Rectangle {
        let size = TileGrid.tileSize
        return Rectangle(
            x: columns.lowerBound * size, y: rows.lowerBound * size, width: columns.count * size,
            height: rows.count * size
        ).intersection(grid.bounds)
    }

    private mutating func nextRun(from column: Int, to end: Int, row: Int) -> Range<Int>? {
        var start = column
        while start < end, !isDamaged[row * grid.columns + start] { start += 1 }
        guard start < end else { return nil }
        var stop = start
        while stop < end, isDamaged[row * grid.columns + stop] {
            isDamaged[row * grid.columns + stop] = false
            stop += 1
        }
        return start..<stop
    }
}

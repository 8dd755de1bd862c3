import ScreenCodec

/// The tiles that may go into the next datagram, in the order in which they are wanted.
struct TileSelection {
    private let grid: TileGrid
    private(set) var wanted: [UInt32] = []
    /// Where in `wanted` begins what moves, what is to become better, and what is to become exact.
    private var movingStart = 0
    private var coarseStart = 0
    private var exactStart = 0
    /// The tile under the pointer, as column and row.
    private var pointer: (column: Int, row: Int)?
    private var taken: TileSet

    /// Near the pointer, in tiles: a window's part that one looks at, 352x224 pixels.
    private static let reach = (columns: 11, rows: 7)

    init(grid: TileGrid) {
        self.grid = grid
        taken = TileSet(capacity: grid.tileCount)
    }

    mutating func movePointer(x: Int, y: Int) {
        pointer = (
            column: min(x / TileGrid.tileSize, grid.columns), row: min(y / TileGrid.tileSize, grid.rows)
        )
    }

    /// What a tile's picture must have, by its place in `wanted`; nil where it is to be exact.
    func quality(_ position: Int, _ qualities: Qualities) -> CoarseQuality? {
        if position < movingStart { return qualities.still }
        if position < coarseStart { return qualities.moving }
        return position < exactStart ? qualities.better : nil
    }

    /// How tiles may go; nil is exactly.
    struct Qualities {
        var still: CoarseQuality?
        var moving: CoarseQuality?
        /// For what is shown coarsely already.
        var better: CoarseQuality?
    }

    mutating func select(from tiles: TileStates, limit: Int) {
        wanted.removeAll(keepingCapacity: true)
        for queue in [TileQueue.small, .drawn, .photo] { take(queue, from: tiles, limit: limit) }
        movingStart = wanted.count
        tiles.collect(.moving, limit: limit, without: taken, into: &wanted)
        coarseStart = wanted.count
        take(.coarse, from: tiles, limit: min(limit, wanted.count + Self.laterLimit))
        exactStart = wanted.count
        take(.good, from: tiles, limit: min(limit, wanted.count + Self.laterLimit))
    }

    /// More good tiles of photos than fit a datagram.
    private static let laterLimit = 128

    private mutating func take(_ queue: TileQueue, from tiles: TileStates, limit: Int) {
        guard tiles.count(queue) > 0 else { return }
        let start = wanted.count
        takeNear(queue, from: tiles, limit: limit)
        let near = start..<wanted.count
        for position in near { taken.insert(Int(wanted[position])) }
        tiles.collect(queue, limit: limit, without: taken, into: &wanted)
        for position in near { taken.remove(Int(wanted[position])) }
    }

    private mutating func takeNear(_ queue: TileQueue, from tiles: TileStates, limit: Int) {
        guard let pointer else { return }
        for row in Self.range(around: pointer.row, Self.reach.rows, below: grid.rows) {
            for column in Self.range(around: pointer.column, Self.reach.columns, below: grid.columns) {
                let tile = row * grid.columns + column
                if tiles.isIn(queue, tile), wanted.count < limit { wanted.append(UInt32(tile)) }
            }
        }
    }

    private static func range(around middle: Int, _ reach: Int, below end: Int) -> Range<Int> {
        max(0, min(middle - reach, end))..<min(end, middle + reach + 1)
    }
}

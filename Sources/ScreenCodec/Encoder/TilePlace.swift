/// Which tile is written, and whether all of it.
struct TilePlace {
    var index: TileIndex
    var grid: TileGrid
    /// The number of the packet.
    var version: UInt64
    /// Nil for all of it.
    var patch: TilePatch?
}

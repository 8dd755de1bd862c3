/// What the tiles of one body have taught so far, beside the banks of models and colours.
///
/// Every body starts from the same one, so that it decodes alone. A copy of it is a point to return to.
struct BodyState {
    var drawn = ResidualModel()
    var photo = ResidualModel()
    var grain = GrainModel()
    var background: UInt32 = 0xFFFF_FFFF
    var foreground: UInt32 = Pixel.opaque
    var previousKind = TileKind.raw
    /// The colour of the tile before, where it had only one.
    var previousSolid: UInt32?
    /// Where the next tile is if it is the one right behind the last.
    var nextIndex = 0
    var wasNext = false
    /// The first of the last tiles that are neighbours.
    var runStart = 0
    var tileCount = 0
    var coarse = CoarseState()
    var patch = PatchState()

    /// The tile below the first of the last neighbours, where it is one and is not next anyway.
    func placeBelow(in grid: TileGrid) -> Int? {
        let below = runStart + grid.columns
        return tileCount > 0 && below < grid.tileCount && below != nextIndex ? below : nil
    }
}

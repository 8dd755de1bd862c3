/// What a body's patches have in common with the one before: most of what changes at once has edges in common.
struct PatchState {
    var wasPatch = false
    var basis: UInt64 = 0
    var area = TileArea.whole

    /// The bits of a move's number.
    static let moveBits = 32
    /// The bits of a place from 1 to 15, and of a size from 1 to 16, which is one less.
    static let sideBits = 4
}

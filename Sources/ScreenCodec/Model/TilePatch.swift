/// Leave to send a part of a tile instead of all of it: what lies around the part, the viewer has.
///
/// A patch names the edition of the tile that it builds on (`TileEdition`). A viewer whose tile has another one leaves the
/// tile as it is and reports the packet, and the host sends all of the tile. A patch is read without a look at what lies
/// around it, so that the tiles behind it are read alike whether it is refused or not.
public struct TilePatch: Hashable, Sendable {
    /// All that differs from the edition.
    public var area: TileArea
    /// The number of an earlier packet, or a move's edition.
    public var basis: UInt64

    public init(area: TileArea, basis: UInt64) {
        self.area = area
        self.basis = basis
    }

    /// Whether it can be written into a packet, and saves something.
    func isWorthIt(in tile: Rectangle, version: UInt64) -> Bool {
        let isEarlier = basis < version || TileEdition.moveNumber(of: basis) != nil
        return isEarlier && area.lies(in: tile) && area.pixelCount * 4 <= tile.width * tile.height * 3
    }
}

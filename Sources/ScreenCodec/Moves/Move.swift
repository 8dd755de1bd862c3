/// A part of the picture that was elsewhere before: pixels that the viewer has, for it to copy.
///
/// A copy is only as good as what it copies, and datagrams are lost and overtake one another. Both sides therefore
/// know the edition of each tile (`TileEdition`), and a move names those of all tiles it builds on, as one digest: the
/// viewer moves nothing unless it has just these. One that it refuses it reports, and the host sends what the move
/// would have brought as tiles. The invariant: a tile has the same pixels on both sides if it has the same edition.
public struct Move: Hashable, Sendable {
    /// Where the pixels go, inside the screen.
    public var area: Rectangle
    /// From a pixel's new column to its old one.
    public var deltaX: Int
    /// From a pixel's new row to its old one.
    public var deltaY: Int
    /// Numbers the moves of a session, around the end of 32 bits.
    public var number: UInt32
    /// The digest of the editions that the move builds on.
    public var basis: UInt64

    public init(area: Rectangle, deltaX: Int, deltaY: Int, number: UInt32, basis: UInt64 = 0) {
        self.area = area
        self.deltaX = deltaX
        self.deltaY = deltaY
        self.number = number
        self.basis = basis
    }

    /// Where the pixels come from.
    public var source: Rectangle {
        Rectangle(x: area.x + deltaX, y: area.y + deltaY, width: area.width, height: area.height)
    }

    /// Inside the screen at both ends, with at least one pixel, which moves.
    func isPossible(in grid: TileGrid) -> Bool {
        !area.isEmpty && grid.bounds.contains(area) && grid.bounds.contains(source) && (deltaX != 0 || deltaY != 0)
    }

    /// The tiles that the move reads or leaves a part of, in the order of the digest; a tile may come twice.
    ///
    /// - Returns: false as soon as `body` does.
    @discardableResult
    public func allTilesRead(in grid: TileGrid, _ body: (TileIndex) -> Bool) -> Bool {
        let from = grid.tiles(meeting: source)
        for row in from.rows {
            for column in from.columns where !body(TileIndex(row * grid.columns + column)) { return false }
        }
        let to = grid.tiles(meeting: area)
        for row in to.rows {
            for column in to.columns {
                let index = TileIndex(row * grid.columns + column)
                let isWhole = area.contains(grid.rectangle(of: index))
                if !isWhole, !body(index) { return false }
            }
        }
        return true
    }

    /// The tiles of which the move writes at least a pixel.
    public func forEachTileWritten(in grid: TileGrid, _ body: (TileIndex) -> Void) {
        let to = grid.tiles(meeting: area)
        for row in to.rows {
            for column in to.columns { body(TileIndex(row * grid.columns + column)) }
        }
    }

    /// The digest of the editions that the move builds on.
    ///
    /// - Parameter editions: of every tile of the grid.
    public func digest(of editions: Span<UInt64>, in grid: TileGrid) -> UInt64 {
        var digest: UInt64 = 0x6A09_E667_F3BC_C908
        allTilesRead(in: grid) { tile in
            digest = (digest ^ editions[Int(tile)]) &* 0x9E37_79B9_7F4A_7C15
            digest ^= digest >> 29
            return true
        }
        return digest
    }
}

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

    /// The tiles that the move reads or leaves a part of, in the order of the digest, as runs of neighbours; a tile may
    /// come twice.
    ///
    /// - Returns: false as soon as `body` does.
    @discardableResult
    @inlinable
    public func allRunsRead(in grid: TileGrid, _ body: (Range<Int>) -> Bool) -> Bool {
        let from = grid.tiles(meeting: source)
        for row in from.rows {
            let start = row * grid.columns
            if !body(start + from.columns.lowerBound..<start + from.columns.upperBound) { return false }
        }
        return allRunsPartlyWritten(in: grid, body)
    }

    @usableFromInline
    func allRunsPartlyWritten(in grid: TileGrid, _ body: (Range<Int>) -> Bool) -> Bool {
        let to = grid.tiles(meeting: area)
        let whole = grid.tiles(whollyIn: area)
        for row in to.rows {
            let start = row * grid.columns
            let isWhole = whole.rows.contains(row) && !whole.columns.isEmpty
            let inner = isWhole ? whole.columns : to.columns.upperBound..<to.columns.upperBound
            let left = start + to.columns.lowerBound..<start + inner.lowerBound
            let right = start + inner.upperBound..<start + to.columns.upperBound
            if !left.isEmpty, !body(left) { return false }
            if !right.isEmpty, !body(right) { return false }
        }
        return true
    }

    /// The tiles of which the move writes at least a pixel, as runs of neighbours.
    @inlinable
    public func forEachRunWritten(in grid: TileGrid, _ body: (Range<Int>) -> Void) {
        let to = grid.tiles(meeting: area)
        for row in to.rows {
            let start = row * grid.columns
            body(start + to.columns.lowerBound..<start + to.columns.upperBound)
        }
    }

    /// The tiles of which the move writes at least a pixel.
    @inlinable
    public func forEachTileWritten(in grid: TileGrid, _ body: (TileIndex) -> Void) {
        forEachRunWritten(in: grid) { for tile in $0 { body(TileIndex(tile)) } }
    }

    /// The digest of the editions that the move builds on.
    ///
    /// - Parameter editions: of every tile of the grid.
    public func digest(of editions: Span<UInt64>, in grid: TileGrid) -> UInt64 {
        var digest: UInt64 = 0x6A09_E667_F3BC_C908
        allRunsRead(in: grid) { tiles in
            for tile in tiles {
                digest = (digest ^ editions[tile]) &* 0x9E37_79B9_7F4A_7C15
                digest ^= digest >> 29
            }
            return true
        }
        return digest
    }
}

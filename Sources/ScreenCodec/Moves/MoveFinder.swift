/// Finds what of a new picture is a shifted part of the old one: scrolled text, dragged windows.
struct MoveFinder {
    /// Smaller parts are not worth a search.
    static let smallestSide = 32
    /// A move costs about as much as a tile or two.
    private static let fewestTiles = 3
    private static let mostAreas = 32

    let grid: TileGrid

    /// - Parameter changed: which tiles of the new picture are not what they were, inside the screen.
    func find(in changed: ChangedTiles, new: PictureView, old: PictureView) -> FoundMoves? {
        let part = changed.searched
        guard part.width >= Self.smallestSide, part.height >= Self.smallestSide else { return nil }
        guard let shift = shift(in: part, new: new, old: old), shift != (0, 0) else { return nil }
        return moves(by: shift, in: part, changed, new: new, old: old)
    }

    /// - Parameters:
    ///   - expected: how what changed may have moved. Nothing is found where it did not.
    ///   - part: where to look, inside the screen.
    func find(_ expected: (x: Int, y: Int), in part: Rectangle, new: PictureView, old: PictureView) -> FoundMoves? {
        guard part.width >= Self.smallestSide, part.height >= Self.smallestSide, expected != (0, 0),
            ShiftCheck.holds(expected, in: part, of: new, old: old)
        else { return nil }
        return moves(by: expected, in: part, nil, new: new, old: old)
    }

    private func moves(
        by shift: (x: Int, y: Int), in part: Rectangle, _ changed: ChangedTiles?, new: PictureView, old: PictureView
    ) -> FoundMoves? {
        let tiles = MatchedTiles(
            in: part, of: grid, changed, enough: Self.fewestTiles, new: new, old: old, shift: shift)
        let best = tiles.rectangles().filter { $0.changed >= Self.fewestTiles }.sorted { $0.changed > $1.changed }
        let areas = best.prefix(Self.mostAreas).map { grown($0.tiles, tiles, part, new, old, shift) }
        guard !areas.isEmpty else { return nil }
        return FoundMoves(
            deltaX: shift.x, deltaY: shift.y, areas: areas.sorted { Self.goesFirst($0, $1, shift: shift) })
    }

    /// Most of what moves is scrolled, which is found soonest.
    private func shift(in part: Rectangle, new: PictureView, old: PictureView) -> (x: Int, y: Int)? {
        if let rows = RowShift.find(in: part, of: new, old: old) { return (0, rows) }
        return MoveSites(in: part, of: new, old: old).commonShift(new: new, old: old, within: part)
    }

    private static func goesFirst(_ one: Rectangle, _ other: Rectangle, shift: (x: Int, y: Int)) -> Bool {
        if one.y != other.y { return shift.y >= 0 ? one.y < other.y : one.y > other.y }
        return shift.x >= 0 ? one.x < other.x : one.x > other.x
    }

    /// A rectangle of tiles, and the pixels around it that moved too: what moves seldom ends where tiles do.
    private func grown(
        _ tiles: Rectangle, _ matched: MatchedTiles, _ part: Rectangle, _ new: PictureView, _ old: PictureView,
        _ shift: (x: Int, y: Int)
    ) -> Rectangle {
        let source = Rectangle(x: -shift.x, y: -shift.y, width: grid.width, height: grid.height)
        let limit = part.intersection(source)
        var area = matched.pixels(of: tiles)
        let rows = tiles.y..<tiles.bottom
        let columns = tiles.x..<tiles.right
        if !rows.contains(where: { matched.isMatched(column: tiles.x - 1, row: $0) }) {
            grow(&area, .left, limit, new, old, shift)
        }
        if !rows.contains(where: { matched.isMatched(column: tiles.right, row: $0) }) {
            grow(&area, .right, limit, new, old, shift)
        }
        if !columns.contains(where: { matched.isMatched(column: $0, row: tiles.y - 1) }) {
            grow(&area, .up, limit, new, old, shift)
        }
        if !columns.contains(where: { matched.isMatched(column: $0, row: tiles.bottom) }) {
            grow(&area, .down, limit, new, old, shift)
        }
        return area
    }

    private enum Side { case left, right, up, down }

    private func grow(
        _ area: inout Rectangle, _ side: Side, _ limit: Rectangle, _ new: PictureView, _ old: PictureView,
        _ shift: (x: Int, y: Int)
    ) {
        for _ in 1..<TileGrid.tileSize {
            var edge = area
            switch side {
            case .left: (edge.x, edge.width) = (area.x - 1, 1)
            case .right: (edge.x, edge.width) = (area.right, 1)
            case .up: (edge.y, edge.height) = (area.y - 1, 1)
            case .down: (edge.y, edge.height) = (area.bottom, 1)
            }
            guard limit.contains(edge), new.equals(old, area: edge, shiftX: shift.x, shiftY: shift.y) else { return }
            area = area.union(edge)
        }
    }
}

/// Which tiles of a part of a new picture are, with one shift, what the old one had elsewhere.
struct MatchedTiles {
    private let grid: TileGrid
    private let part: Rectangle
    private let columns: Range<Int>
    private let rows: Range<Int>
    private var isMatched: [Bool]
    private var isChanged: [Bool]

    init(
        in part: Rectangle, of grid: TileGrid, new: PictureView, old: PictureView, shift: (x: Int, y: Int)
    ) {
        self.grid = grid
        self.part = part
        (columns, rows) = grid.tiles(meeting: part)
        isMatched = [Bool](repeating: false, count: columns.count * rows.count)
        isChanged = isMatched
        var position = 0
        for row in rows {
            for column in columns {
                let area = area(column: column, row: row)
                let source = Rectangle(x: area.x + shift.x, y: area.y + shift.y, width: area.width, height: area.height)
                if grid.bounds.contains(source), new.equals(old, area: area, shiftX: shift.x, shiftY: shift.y) {
                    isMatched[position] = true
                    isChanged[position] = !new.equals(old, area: area, shiftX: 0, shiftY: 0)
                }
                position += 1
            }
        }
    }

    private func area(column: Int, row: Int) -> Rectangle {
        grid.rectangle(of: TileIndex(row * grid.columns + column)).intersection(part)
    }

    private func position(column: Int, row: Int) -> Int {
        (row - rows.lowerBound) * columns.count + column - columns.lowerBound
    }

    func isMatched(column: Int, row: Int) -> Bool {
        columns.contains(column) && rows.contains(row) && isMatched[position(column: column, row: row)]
    }

    /// Rectangles of matched tiles, in tiles of the grid, each with the number of its tiles that changed.
    func rectangles() -> [(tiles: Rectangle, changed: Int)] {
        var open: [(tiles: Rectangle, changed: Int)] = []
        var closed: [(tiles: Rectangle, changed: Int)] = []
        for row in rows {
            var next: [(tiles: Rectangle, changed: Int)] = []
            for run in runs(in: row) {
                let above = open.firstIndex { $0.tiles.x == run.tiles.x && $0.tiles.width == run.tiles.width }
                if let above {
                    var grown = open.remove(at: above)
                    grown.tiles.height += 1
                    grown.changed += run.changed
                    next.append(grown)
                } else {
                    next.append(run)
                }
            }
            closed += open
            open = next
        }
        return closed + open
    }

    private func runs(in row: Int) -> [(tiles: Rectangle, changed: Int)] {
        var runs: [(tiles: Rectangle, changed: Int)] = []
        var column = columns.lowerBound
        while column < columns.upperBound {
            let start = column
            var changed = 0
            while column < columns.upperBound, isMatched[position(column: column, row: row)] {
                changed += isChanged[position(column: column, row: row)] ? 1 : 0
                column += 1
            }
            if column > start {
                runs.append((Rectangle(x: start, y: row, width: column - start, height: 1), changed))
            }
            column += 1
        }
        return runs
    }

    /// The pixels of a rectangle of tiles, as far as they lie in the part.
    func pixels(of tiles: Rectangle) -> Rectangle {
        let size = TileGrid.tileSize
        return Rectangle(
            x: tiles.x * size, y: tiles.y * size, width: tiles.width * size, height: tiles.height * size
        ).intersection(part)
    }
}

/// Which tiles of a part of a new picture are, with one shift, what the old one had elsewhere.
struct MatchedTiles {
    private let grid: TileGrid
    private let part: Rectangle
    private let columns: Range<Int>
    private let rows: Range<Int>
    private var isMatched: [Bool]
    private var isChanged: [Bool]

    /// - Parameter changed: which tiles differ; nil where that is not known, and then of a run of tiles that match no more
    ///   than `enough` are looked at.
    init(
        in part: Rectangle, of grid: TileGrid, _ changed: ChangedTiles?, enough: Int, new: PictureView,
        old: PictureView, shift: (x: Int, y: Int)
    ) {
        self.grid = grid
        self.part = part
        (columns, rows) = grid.tiles(meeting: part)
        isMatched = [Bool](repeating: false, count: columns.count * rows.count)
        isChanged = isMatched
        var differences = [SIMD16<UInt32>](repeating: .zero, count: grid.columns)
        for row in rows {
            match(row: row, new, old, shift, &differences)
            if let changed { note(changed, row: row) } else { compare(row: row, enough: enough, new, old) }
        }
    }

    private mutating func note(_ changed: ChangedTiles, row: Int) {
        for column in columns {
            let position = position(column: column, row: row)
            isChanged[position] = isMatched[position] && changed.contains(TileIndex(row * grid.columns + column))
        }
    }

    private mutating func compare(row: Int, enough: Int, _ new: PictureView, _ old: PictureView) {
        var found = 0
        for column in columns {
            let position = position(column: column, row: row)
            if !isMatched[position] { found = 0 }
            guard isMatched[position], found < enough else { continue }
            isChanged[position] = !new.equals(old, area: area(column: column, row: row), shiftX: 0, shiftY: 0)
            found += isChanged[position] ? 1 : 0
        }
    }

    /// Compares a row of tiles, row of pixels by row of pixels.
    private mutating func match(
        row: Int, _ new: PictureView, _ old: PictureView, _ shift: (x: Int, y: Int),
        _ differences: inout [SIMD16<UInt32>]
    ) {
        let size = TileGrid.tileSize
        let y = max(part.y, row * size)..<min(part.bottom, (row + 1) * size)
        guard y.lowerBound + shift.y >= 0, y.upperBound + shift.y <= grid.height else { return }
        // The columns of tiles that lie wholly in the part, and whose source lies wholly on the screen.
        let left = max(part.x, -shift.x)
        let right = min(part.right, grid.width - shift.x)
        let whole = (left + size - 1) / size..<max((left + size - 1) / size, right / size)
        for column in whole { differences[column] = .zero }
        var sums = differences.mutableSpan
        for y in y { new.addDifferences(from: old, columns: whole, y: y, shiftX: shift.x, shiftY: shift.y, to: &sums) }
        for column in columns {
            let isEqual: Bool
            if whole.contains(column) {
                isEqual = PixelRows.fold(differences[column]) & Pixel.colourBits == 0
            } else {
                let area = area(column: column, row: row)
                isEqual =
                    area.x >= left && area.right <= right
                    && new.equals(old, area: area, shiftX: shift.x, shiftY: shift.y)
            }
            isMatched[position(column: column, row: row)] = isEqual
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

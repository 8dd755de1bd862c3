extension Encoder {
    /// Finds the tiles in which a capture differs from the picture, and takes nothing over.
    ///
    /// - Parameters:
    ///   - capture: words of the whole screen: blue, green, red and an undefined byte, lowest first.
    ///   - stride: words from one row of `capture` to the next.
    ///   - damage: what may have changed, on the screen. What the capture or the screen does not hold is left out.
    ///   - equal: where the picture is known to show what the capture does.
    public func compare(
        with capture: Span<UInt32>, stride: Int, damage: [Rectangle], equal: [Rectangle] = [],
        into changed: inout ChangedTiles
    ) {
        changed.begin(grid)
        let capture = CaptureView(capture, stride: stride)
        for rectangle in damage { compare(rectangle, with: capture, equal: equal, into: &changed) }
    }

    func compare(
        _ damage: Rectangle, with capture: borrowing CaptureView, equal: [Rectangle] = [],
        into changed: inout ChangedTiles
    ) {
        let part = damage.intersection(capture.extent).intersection(grid.bounds)
        changed.beginPart(part)
        let (columns, rows) = grid.tiles(meeting: part)
        for row in rows {
            let known = known(equal, row: row, of: part)
            compare(row: row, columns.lowerBound..<known.lowerBound, of: part, with: capture, into: &changed)
            compare(row: row, known.upperBound..<columns.upperBound, of: part, with: capture, into: &changed)
        }
    }

    /// The longest run of tiles that lies in one of the rectangles, as far as it is in the part; where there is none, an
    /// empty one at the part's first.
    private func known(_ equal: [Rectangle], row: Int, of part: Rectangle) -> Range<Int> {
        let columns = grid.tiles(meeting: part).columns
        var longest = columns.lowerBound..<columns.lowerBound
        for area in equal {
            let whole = grid.tiles(whollyIn: area)
            let run = whole.columns.clamped(to: columns)
            if whole.rows.contains(row), run.count > longest.count { longest = run }
        }
        return longest
    }

    /// Compares a row of tiles, row of pixels by row of pixels: memory is read in its order.
    private func compare(
        row: Int, _ columns: Range<Int>, of part: Rectangle, with capture: borrowing CaptureView,
        into changed: inout ChangedTiles
    ) {
        guard !columns.isEmpty else { return }
        let size = TileGrid.tileSize
        let rows = max(part.y, row * size)..<min(part.bottom, (row + 1) * size)
        let left = (part.x + size - 1) / size
        let whole = (left..<max(left, part.right / size)).clamped(to: columns)
        let pixels = reference.span
        var differences = changed.columns.mutableSpan
        for column in whole { differences[column] = .zero }
        for y in rows {
            PixelRows.addDifferences(
                capture.pixels, at: capture.index(x: whole.lowerBound * size, y: y), pixels,
                at: y * grid.width + whole.lowerBound * size, columns: whole, to: &differences)
        }
        for column in columns {
            let x = max(part.x, column * size)..<min(part.right, (column + 1) * size)
            let area = Rectangle(x: x.lowerBound, y: rows.lowerBound, width: x.count, height: rows.count)
            let isChanged =
                whole.contains(column)
                ? PixelRows.fold(changed.columns[column]) & Pixel.colourBits != 0
                : !isEqual(area, to: capture)
            if isChanged { changed.append(TileIndex(row * grid.columns + column), area) }
        }
    }

    private func isEqual(_ area: Rectangle, to capture: borrowing CaptureView) -> Bool {
        for y in area.y..<area.bottom {
            let difference = PixelRows.difference(
                capture.pixels, at: capture.index(x: area.x, y: y), reference.span, at: y * grid.width + area.x,
                count: area.width)
            if difference & Pixel.colourBits != 0 { return false }
        }
        return true
    }

    /// Takes over what a capture shows of the tiles that were found to have changed.
    ///
    /// - Parameters:
    ///   - part: the number of the damaged part.
    ///   - capture: the one that was compared.
    ///   - isTaken: whether the picture has the capture's pixels of a tile by now.
    ///   - body: called once for each tile that differs, in the grid's order, with the part of it that does.
    public mutating func take(
        _ changed: ChangedTiles, part: Int, from capture: Span<UInt32>, stride: Int,
        isTaken: (TileIndex) -> Bool, body: (TileIndex, TileArea) -> Void
    ) {
        let capture = CaptureView(capture, stride: stride)
        take(changed.parts[part], of: changed, from: capture, isTaken: isTaken, body: body)
    }

    mutating func take(
        _ part: ChangedTiles.Part, of changed: ChangedTiles, from capture: borrowing CaptureView,
        isTaken: (TileIndex) -> Bool, body: (TileIndex, TileArea) -> Void
    ) {
        for position in part.range {
            let index = changed.tiles[position]
            if isTaken(index) { continue }
            let whole = grid.rectangle(of: index)
            let area = whole.intersection(part.damage)
            guard let found = take(area, from: capture) else { continue }
            let place = (x: area.x - whole.x, y: area.y - whole.y)
            body(
                index, TileArea(x: found.x + place.x, y: found.y + place.y, width: found.width, height: found.height))
        }
    }

    /// Compares, and copies the rows that differ.
    ///
    /// - Returns: the part of `area` that differs, from its corner.
    private mutating func take(_ area: Rectangle, from capture: borrowing CaptureView) -> Rectangle? {
        let start = capture.index(x: area.x, y: area.y)
        let own = area.y * grid.width + area.x
        let width = grid.width
        var target = reference.mutableSpan
        var lanes = SIMD16<UInt32>(repeating: 0)
        var rows: UInt32 = 0
        for y in 0..<area.height {
            let differences =
                PixelRows.takeDifferences(
                    capture.pixels, at: start + y * capture.stride, into: &target, at: own + y * width,
                    count: area.width)
            lanes |= differences
            rows |= (PixelRows.fold(differences) == 0 ? 0 : 1) &<< UInt32(truncatingIfNeeded: y)
        }
        guard rows != 0 else { return nil }
        let columns = PixelRows.nonzeroLanes(lanes)
        let (x, y) = (columns.trailingZeroBitCount, rows.trailingZeroBitCount)
        return Rectangle(
            x: x, y: y, width: 32 - columns.leadingZeroBitCount - x, height: 32 - rows.leadingZeroBitCount - y)
    }
}

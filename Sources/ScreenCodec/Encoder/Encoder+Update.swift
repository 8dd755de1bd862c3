extension Encoder {
    /// Compares a capture with the picture, inside `damage` only, takes over what differs and names the tiles.
    ///
    /// - Parameters:
    ///   - capture: words of blue, green, red and an undefined byte, lowest first.
    ///   - stride: words from one row of `capture` to the next.
    ///   - origin: where on the screen the capture's first word is; nil when it shows the whole screen.
    ///   - damage: what may have changed, on the screen. What the capture or the screen does not hold is left out.
    ///   - changed: called once for each tile with a changed pixel, in the grid's order.
    public mutating func update(
        from capture: Span<UInt32>, stride: Int, origin: (x: Int, y: Int)? = nil, damage: Rectangle,
        changed: (TileIndex) -> Void
    ) {
        update(from: capture, stride: stride, origin: origin, damage: damage) { tile, _ in changed(tile) }
    }

    /// As the other `update`, and says which part of each tile holds all that changed in it.
    public mutating func update(
        from capture: Span<UInt32>, stride: Int, origin: (x: Int, y: Int)? = nil, damage: Rectangle,
        changed: (TileIndex, TileArea) -> Void
    ) {
        let origin = origin ?? (x: 0, y: 0)
        let held = Self.extent(of: capture, stride: stride, origin: origin)
        let part = damage.intersection(held).intersection(grid.bounds)
        let (columns, rows) = grid.tiles(meeting: part)
        for row in rows {
            for column in columns {
                let index = TileIndex(row * grid.columns + column)
                let whole = grid.rectangle(of: index)
                let area = whole.intersection(part)
                let start = (area.y - origin.y) * stride + area.x - origin.x
                guard let found = take(area, from: capture, start: start, stride: stride) else { continue }
                let place = (x: area.x - whole.x, y: area.y - whole.y)
                changed(
                    index,
                    TileArea(x: found.x + place.x, y: found.y + place.y, width: found.width, height: found.height))
            }
        }
    }

    /// The part of the screen that a capture holds in whole.
    private static func extent(of capture: Span<UInt32>, stride: Int, origin: (x: Int, y: Int)) -> Rectangle {
        guard stride > 0, capture.count > 0 else { return Rectangle(x: 0, y: 0, width: 0, height: 0) }
        let width = min(stride, capture.count)
        return Rectangle(x: origin.x, y: origin.y, width: width, height: (capture.count - width) / stride + 1)
    }

    /// Compares, and copies if there is a difference.
    ///
    /// - Returns: the part of `area` that differs, from its corner.
    private mutating func take(
        _ area: Rectangle, from capture: Span<UInt32>, start: Int, stride: Int
    ) -> Rectangle? {
        let own = area.y * grid.width + area.x
        var lanes = SIMD16<UInt32>(repeating: 0)
        for y in 0..<area.height {
            lanes |= PixelRows.differences(
                capture, at: start + y * stride, reference.span, at: own + y * grid.width, count: area.width)
        }
        guard PixelRows.fold(lanes) & Pixel.colourBits != 0 else { return nil }
        let found = different(area, lanes, from: capture, start: start, stride: stride)
        let width = grid.width
        var target = reference.mutableSpan
        for y in 0..<area.height {
            PixelRows.copy(capture, at: start + y * stride, to: &target, at: own + y * width, count: area.width)
        }
        return found
    }

    /// - Parameter lanes: how the columns of `area` differ; one of them does.
    private func different(
        _ area: Rectangle, _ lanes: SIMD16<UInt32>, from capture: Span<UInt32>, start: Int, stride: Int
    ) -> Rectangle {
        let own = area.y * grid.width + area.x
        func differs(_ y: Int) -> Bool {
            let row = PixelRows.difference(
                capture, at: start + y * stride, reference.span, at: own + y * grid.width, count: area.width)
            return row & Pixel.colourBits != 0
        }
        var top = 0
        while top < area.height - 1, !differs(top) { top += 1 }
        var bottom = area.height
        while bottom > top + 1, !differs(bottom - 1) { bottom -= 1 }
        var left = 0
        while left < 15, lanes[left] & Pixel.colourBits == 0 { left += 1 }
        var right = 16
        while right > left + 1, lanes[right - 1] & Pixel.colourBits == 0 { right -= 1 }
        return Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    }
}

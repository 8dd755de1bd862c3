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
        let origin = origin ?? (x: 0, y: 0)
        let held = Self.extent(of: capture, stride: stride, origin: origin)
        let part = damage.intersection(held).intersection(grid.bounds)
        let (columns, rows) = grid.tiles(meeting: part)
        for row in rows {
            for column in columns {
                let index = TileIndex(row * grid.columns + column)
                let area = grid.rectangle(of: index).intersection(part)
                let start = (area.y - origin.y) * stride + area.x - origin.x
                if take(area, from: capture, start: start, stride: stride) { changed(index) }
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
    private mutating func take(_ area: Rectangle, from capture: Span<UInt32>, start: Int, stride: Int) -> Bool {
        let own = area.y * grid.width + area.x
        var difference: UInt32 = 0
        for y in 0..<area.height {
            difference |= PixelRows.difference(
                capture, at: start + y * stride, reference.span, at: own + y * grid.width, count: area.width)
        }
        guard difference & Pixel.colourBits != 0 else { return false }
        let width = grid.width
        var target = reference.mutableSpan
        for y in 0..<area.height {
            PixelRows.copy(capture, at: start + y * stride, to: &target, at: own + y * width, count: area.width)
        }
        return true
    }
}

extension Encoder {
    /// Looks for what a capture shows elsewhere than the picture does: to be asked before `update` takes it over.
    ///
    /// - Parameters:
    ///   - capture: words of the whole screen.
    ///   - stride: words from one row of `capture` to the next.
    ///   - damage: what may have changed.
    public func findMoves(in capture: Span<UInt32>, stride: Int, damage: [Rectangle]) -> FoundMoves? {
        guard grid.pixelCount > 0, stride >= grid.width, capture.count >= (grid.height - 1) * stride + grid.width else {
            return nil
        }
        let part = Self.searched(damage.map { $0.intersection(grid.bounds) })
        let new = PictureView(capture, stride: stride, width: grid.width, height: grid.height)
        let old = PictureView(reference.span, stride: grid.width, width: grid.width, height: grid.height)
        return MoveFinder(grid: grid).find(in: part, new: new, old: old)
    }

    /// All of the damage where it is close together, else the largest part of it.
    private static func searched(_ damage: [Rectangle]) -> Rectangle {
        var bounds = Rectangle(x: 0, y: 0, width: 0, height: 0)
        var largest = bounds
        var pixels = 0
        for rectangle in damage where !rectangle.isEmpty {
            bounds = bounds.union(rectangle)
            pixels += rectangle.width * rectangle.height
            if rectangle.width * rectangle.height > largest.width * largest.height { largest = rectangle }
        }
        return bounds.width * bounds.height > pixels * 4 ? largest : bounds
    }

    /// Whether the pixels at a move's source are, in the picture, what the capture shows at its area.
    ///
    /// - Parameters:
    ///   - capture: words of the whole screen.
    ///   - stride: words from one row of `capture` to the next.
    public func holds(_ move: Move, in capture: Span<UInt32>, stride: Int) -> Bool {
        guard move.isPossible(in: grid) else { return false }
        let new = PictureView(capture, stride: stride, width: grid.width, height: grid.height)
        let old = PictureView(reference.span, stride: grid.width, width: grid.width, height: grid.height)
        return new.equals(old, area: move.area, shiftX: move.deltaX, shiftY: move.deltaY)
    }

    /// Makes the move in the picture, as the viewer will.
    ///
    /// - Precondition: both its ends lie inside the screen.
    public mutating func make(_ move: Move) {
        let grid = grid
        var pixels = reference.mutableSpan
        PixelMover.make(move, in: &pixels, of: grid)
    }
}

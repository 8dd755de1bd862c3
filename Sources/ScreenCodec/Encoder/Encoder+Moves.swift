extension Encoder {
    /// Looks for what a capture shows elsewhere than the picture does: to be asked before the picture takes it over.
    ///
    /// - Parameters:
    ///   - capture: words of the whole screen.
    ///   - stride: words from one row of `capture` to the next.
    ///   - changed: what `compare` said of this capture.
    public func findMoves(in capture: Span<UInt32>, stride: Int, changed: ChangedTiles) -> FoundMoves? {
        guard grid.pixelCount > 0, stride >= grid.width, capture.count >= (grid.height - 1) * stride + grid.width else {
            return nil
        }
        let new = PictureView(capture, stride: stride, width: grid.width, height: grid.height)
        let old = PictureView(reference.span, stride: grid.width, width: grid.width, height: grid.height)
        return MoveFinder(grid: grid).find(in: changed, new: new, old: old)
    }

    /// Looks whether what is damaged moved as it did before, without comparing the capture first.
    ///
    /// - Parameter expected: from a pixel's new column and row to the old ones.
    public func findMoves(
        in capture: Span<UInt32>, stride: Int, damage: [Rectangle], expected: (x: Int, y: Int)
    ) -> FoundMoves? {
        guard grid.pixelCount > 0, stride >= grid.width, capture.count >= (grid.height - 1) * stride + grid.width else {
            return nil
        }
        let part = ChangedTiles.searched(damage.map { $0.intersection(grid.bounds) })
        let new = PictureView(capture, stride: stride, width: grid.width, height: grid.height)
        let old = PictureView(reference.span, stride: grid.width, width: grid.width, height: grid.height)
        return MoveFinder(grid: grid).find(expected, in: part, new: new, old: old)
    }

    /// As the other `findMoves`, of a capture that was not compared.
    public func findMoves(in capture: Span<UInt32>, stride: Int, damage: [Rectangle]) -> FoundMoves? {
        var changed = ChangedTiles()
        compare(with: capture, stride: stride, damage: damage, into: &changed)
        return findMoves(in: capture, stride: stride, changed: changed)
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

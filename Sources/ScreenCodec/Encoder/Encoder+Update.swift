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
        let capture = CaptureView(capture, stride: stride, origin: origin ?? (x: 0, y: 0))
        var tiles = ChangedTiles()
        swap(&tiles, &scratch)
        tiles.begin(grid)
        compare(damage, with: capture, into: &tiles)
        take(tiles.parts[0], of: tiles, from: capture, isTaken: { _ in false }, body: changed)
        swap(&tiles, &scratch)
    }
}

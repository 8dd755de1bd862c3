/// Copies a rectangle of a picture to another place of it.
enum PixelMover {
    /// - Precondition: the move is possible in the grid, whose pixels these are.
    @_lifetime(pixels: copy pixels)
    static func make(_ move: Move, in pixels: inout MutableSpan<UInt32>, of grid: TileGrid) {
        precondition(move.isPossible(in: grid) && pixels.count == grid.pixelCount, "a move outside the picture")
        let area = move.area
        let width = grid.width
        let distance = move.deltaY * width + move.deltaX
        // Rows go in the order in which none is overwritten before it is read.
        let rows =
            move.deltaY < 0
            ? stride(from: area.bottom - 1, through: area.y, by: -1)
            : stride(from: area.y, through: area.bottom - 1, by: 1)
        unsafe pixels.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for y in rows {
                let target = unsafe base + (y * width + area.x)
                unsafe target.update(from: target + distance, count: area.width)
            }
        }
    }
}

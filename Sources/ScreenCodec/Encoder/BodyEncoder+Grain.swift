extension BodyEncoder {
    /// A noisy tile: each pixel's residual as three Rice codes, without any decision of the range coder.
    mutating func encodeGrain(_ tile: TileBuffer) {
        encodeKind(.grain)
        for y in 0..<tile.height { encodeGrainRow(y, of: tile) }
        state.background = tile[tile.index(x: 0, y: 0)]
        state.previousSolid = nil
    }

    private mutating func encodeGrainRow(_ y: Int, of tile: TileBuffer) {
        let start = tile.index(x: 0, y: y)
        for x in stride(from: 0, to: tile.width, by: 4) {
            residuals.store(Residual.folded(of: tile, at: start &+ x), at: x)
        }
        // Local copies stay in registers.
        var bits = bits
        let (greenBits, redBits, blueBits) = state.grain.parameters
        var (greens, reds, blues): (UInt32, UInt32, UInt32) = (0, 0, 0)
        for x in 0..<tile.width {
            let residual = residuals[x]
            greens &+= residual &>> 8 & 255
            reds &+= residual &>> 16 & 255
            blues &+= residual & 255
            let green = GrainModel.code(residual &>> 8 & 255, greenBits)
            let red = GrainModel.code(residual &>> 16 & 255, redBits)
            let blue = GrainModel.code(residual & 255, blueBits)
            let two = green.bits | red.bits &<< green.count
            let count = green.count &+ red.count
            bits.append(two | blue.bits &<< count, count: Int(truncatingIfNeeded: count &+ blue.count))
        }
        self.bits = bits
        state.grain.learn(green: greens, red: reds, blue: blues, width: tile.width)
    }
}

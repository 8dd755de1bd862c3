extension BodyEncoder {
    /// A noisy tile: each pixel's residual as three Rice codes, without any decision of the range coder.
    mutating func encodeGrain(_ tile: TileBuffer, _ mode: GrainMode) {
        encodeKind(.grain)
        range.encode(mode.isMean, models, ModelPlace.grainIsMean)
        range.encode(mode.isDirect, models, ModelPlace.grainIsDirect)
        for y in 0..<tile.height { encodeGrainRow(y, of: tile, mode) }
        state.background = tile[tile.index(x: 0, y: 0)]
        state.previousSolid = nil
    }

    private mutating func encodeGrainRow(_ y: Int, of tile: TileBuffer, _ mode: GrainMode) {
        let sums = foldRow(y, of: tile, mode)
        // Local copies stay in registers.
        var bits = bits
        let parameters = state.grain.parameters
        let green = Int(truncatingIfNeeded: parameters.green) &<< 8
        let red = Int(truncatingIfNeeded: parameters.red) &<< 8
        let blue = Int(truncatingIfNeeded: parameters.blue) &<< 8
        for x in 0..<tile.width {
            let residual = Int(truncatingIfNeeded: residuals[x])
            let first = grainCodes[green | residual &>> 8 & 255]
            let second = grainCodes[red | residual &>> 16 & 255]
            let third = grainCodes[blue | residual & 255]
            let count = first &>> GrainModel.countShift &+ second &>> GrainModel.countShift
            let two = first & GrainModel.codeBits | (second & GrainModel.codeBits) &<< (first &>> GrainModel.countShift)
            bits.append(
                two | (third & GrainModel.codeBits) &<< count,
                count: Int(truncatingIfNeeded: count &+ third &>> GrainModel.countShift))
        }
        self.bits = bits
        state.grain.learn(green: sums.green, red: sums.red, blue: sums.blue, width: tile.width)
    }

    /// Leaves the residuals of a row in the bank, each in the bytes of its channel's place.
    private func foldRow(
        _ y: Int, of tile: TileBuffer, _ mode: GrainMode
    ) -> (green: UInt32, red: UInt32, blue: UInt32) {
        let start = tile.index(x: 0, y: y)
        var odd = SIMD4<UInt32>(repeating: 0)
        var even = SIMD4<UInt32>(repeating: 0)
        for x in stride(from: 0, to: tile.width, by: 4) {
            let index = start &+ x
            let left = tile.quad(at: index &- 1)
            let above = tile.quad(at: index &- tile.stride)
            let predictions =
                mode.isMean
                ? GrainMode.means(left: left, above: y == 0 ? left : above)
                : Prediction.medians(left: left, above: above, aboveLeft: tile.quad(at: index &- tile.stride &- 1))
            var differences = Prediction.bytes(tile.quad(at: index)) &- Prediction.bytes(predictions)
            if !mode.isDirect { differences = Residual.relative(differences) }
            let folded = Residual.folded(differences) & Residual.lanes(tile.width &- x)
            residuals.store(folded, at: x)
            odd &+= folded &>> 8 & SIMD4(repeating: 255)
            even &+= folded & SIMD4(repeating: 0x00FF_00FF)
        }
        let pairs = even.wrappedSum()
        return (odd.wrappedSum(), pairs &>> 16, pairs & 0xFFFF)
    }
}

extension BodyDecoder {
    @_lifetime(self: copy self)
    mutating func decodeGrain(into tile: TileBuffer) {
        let isMean = range.decode(models, ModelPlace.grainIsMean)
        let mode = GrainMode(isMean: isMean, isDirect: range.decode(models, ModelPlace.grainIsDirect))
        for y in 0..<tile.height {
            tile.beginRow(y)
            decodeGrainRow(y, of: tile, mode)
            tile.endRow(y)
        }
        state.background = tile[tile.index(x: 0, y: 0)]
    }

    @_lifetime(self: copy self)
    private mutating func decodeGrainRow(_ y: Int, of tile: TileBuffer, _ mode: GrainMode) {
        let (greenBits, redBits, blueBits) = state.grain.parameters
        var (greens, reds, blues): (UInt32, UInt32, UInt32) = (0, 0, 0)
        let start = tile.index(x: 0, y: y)
        var left = tile[start &- 1]
        var aboveLeft = tile[start &- tile.stride &- 1]
        // Local copies stay in registers.
        let relative: UInt32 = mode.isDirect ? 0 : .max
        for index in start..<start &+ tile.width {
            var next = bits.peek()
            let green = GrainModel.value(of: next, greenBits)
            next &>>= green.count
            let red = GrainModel.value(of: next, redBits)
            next &>>= red.count
            let blue = GrainModel.value(of: next, blueBits)
            bits.skip(Int(truncatingIfNeeded: green.count &+ red.count &+ blue.count))
            greens &+= green.value
            reds &+= red.value
            blues &+= blue.value
            let above = tile[index &- tile.stride]
            let residual = Residual(green: green.value, red: red.value, blue: blue.value)
            let prediction =
                mode.isMean
                ? GrainMode.mean(left: left, above: y == 0 ? left : above)
                : Prediction.median(left: left, above: above, aboveLeft: aboveLeft)
            left = residual.pixel(from: prediction, relative: relative)
            aboveLeft = above
            tile[index] = left
        }
        state.grain.learn(green: greens, red: reds, blue: blues, width: tile.width)
    }
}

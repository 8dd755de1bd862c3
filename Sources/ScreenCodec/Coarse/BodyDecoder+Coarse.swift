import WireFormat

/// Reading coarse tiles.
extension BodyDecoder {
    @_lifetime(self: copy self)
    mutating func decodeCoarse(into tile: TileBuffer) throws(Decoder.Failure) {
        let scale = state.coarse.scale + CoarseNumber.unfold(try decodeNumber(ModelPlace.coarseScale))
        guard 0..<CoarseScale.count ~= scale else { throw .malformed }
        state.coarse.scale = scale
        for plane in CoarsePlane.allCases { try decode(plane, scale: scale) }
        CoarsePainting.paint(coarse, into: tile)
    }

    @_lifetime(self: copy self)
    private mutating func decode(_ plane: CoarsePlane, scale: Int) throws(Decoder.Failure) {
        let difference = CoarseNumber.unfold(try decodeNumber(ModelPlace.coarseMean + plane.modelSet * 8))
        let mean = state.coarse.means[plane.rawValue] + difference
        guard -CoarseScale.largestMean...CoarseScale.largestMean ~= mean else { throw .malformed }
        state.coarse.means[plane.rawValue] = mean
        let end = Int(try decodeNumber(ModelPlace.coarseEnd + plane.modelSet * 8))
        guard end < 256 else { throw .malformed }
        let rows = CoarsePainting.clear(coarse, plane, end: end)
        coarse.coefficients[plane.start] = Float(mean) * CoarseScale.meanStep
        let columns = end > 0 ? try decodeLevels(plane, end: end, step: CoarseScale.step(scale, plane)) : 1
        CoarseTransform.inverse(
            coarse.coefficients, to: coarse.pixels, at: plane.start, rows: rows, columns: columns, coarse)
    }

    /// - Returns: the columns that hold all levels.
    @_lifetime(self: copy self)
    private mutating func decodeLevels(
        _ plane: CoarsePlane, end: Int, step size: Float
    ) throws(Decoder.Failure) -> Int {
        let isLevel = ModelPlace.coarseIsLevel + plane.modelSet * 15
        let magnitudes = coarse.magnitudes
        magnitudes.fill(with: 0)
        var columns = 1
        for position in 1...end {
            let step = coarse.scan[position]
            let place = Int(step.place)
            let nearby = Int(magnitudes[place &- 1] &+ magnitudes[place &- CoarseScan.stride])
            if position < end, !range.decode(models, isLevel &+ Int(step.zone) &* 3 &+ min(nearby, 2)) { continue }
            let set = ModelPlace.coarseLevel + plane.modelSet * 16 + (nearby > 2 ? 8 : 0)
            let level = Int(try decodeNumber(set)) &+ 1
            let value = min(Float(level) * size, CoarseTransform.largestCoefficient)
            coarse.coefficients[plane.start &+ Int(step.index)] = bits.read(1) == 1 ? -value : value
            magnitudes[place] = UInt8(truncatingIfNeeded: min(level, CoarseNumber.largestMagnitude))
            columns = max(columns, Int(step.index & 15) &+ 1)
        }
        return columns
    }

    @inline(__always)
    @_lifetime(self: copy self)
    private mutating func decodeNumber(_ place: Int) throws(Decoder.Failure) -> UInt32 {
        var length = 0
        while range.decode(models, place &+ min(length, 7)) {
            length &+= 1
            if length > CoarseNumber.longest { throw .malformed }
        }
        return (1 &<< UInt32(truncatingIfNeeded: length) | bits.read(length)) &- 1
    }
}

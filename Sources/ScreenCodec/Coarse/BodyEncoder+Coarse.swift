import WireFormat

/// Writing coarse tiles.
extension BodyEncoder {
    mutating func encodeCoarse(_ tile: CoarseAnalysis) {
        encodeKind(.coarse)
        encodeNumber(CoarseNumber.fold(tile.scale - state.coarse.scale), ModelPlace.coarseScale)
        state.coarse.scale = tile.scale
        for plane in CoarsePlane.allCases { encode(plane, of: tile) }
        state.previousSolid = nil
    }

    private mutating func encode(_ plane: CoarsePlane, of tile: CoarseAnalysis) {
        let mean = Int(tile.tables.levels[plane.start])
        encodeNumber(
            CoarseNumber.fold(mean - state.coarse.means[plane.rawValue]), ModelPlace.coarseMean + plane.modelSet * 8)
        state.coarse.means[plane.rawValue] = mean
        let end = tile.end(of: plane)
        encodeNumber(UInt32(truncatingIfNeeded: end), ModelPlace.coarseEnd + plane.modelSet * 8)
        if end > 0 { encodeLevels(plane, of: tile, end: end) }
    }

    private mutating func encodeLevels(_ plane: CoarsePlane, of tile: CoarseAnalysis, end: Int) {
        let tables = tile.tables
        let isLevel = ModelPlace.coarseIsLevel + plane.modelSet * 15
        let magnitudes = tables.magnitudes
        magnitudes.fill(with: 0)
        for position in 1...end {
            let step = tables.scan[position]
            let place = Int(step.place)
            let level = Int(tables.levels[plane.start &+ Int(step.index)])
            let nearby = Int(magnitudes[place &- 1] &+ magnitudes[place &- CoarseScan.stride])
            if position < end {
                range.encode(level != 0, models, isLevel &+ Int(step.zone) &* 3 &+ min(nearby, 2))
                if level == 0 { continue }
            }
            encodeNumber(
                UInt32(truncatingIfNeeded: level &- 1),
                ModelPlace.coarseLevel + plane.modelSet * 16 + (nearby > 2 ? 8 : 0))
            bits.append(tables.coefficients[plane.start &+ Int(step.index)] < 0 ? 1 : 0, count: 1)
            magnitudes[place] = UInt8(truncatingIfNeeded: min(level, CoarseNumber.largestMagnitude))
        }
    }

    private mutating func encodeNumber(_ value: UInt32, _ place: Int) {
        let length = CoarseNumber.length(of: value)
        for step in 0..<length { range.encode(true, models, place &+ min(step, 7)) }
        range.encode(false, models, place &+ min(length, 7))
        bits.append(UInt64(value &+ 1) &- 1 &<< UInt64(truncatingIfNeeded: length), count: length)
    }
}

extension BodyEncoder {
    /// Whether only a part of the tile follows, which part, and what it builds on.
    ///
    /// - Parameters:
    ///   - tile: the tile's place and size.
    ///   - version: the number of the packet, larger than any that it may build on.
    mutating func encodePatch(_ patch: TilePatch?, in tile: Rectangle, version: UInt64) {
        range.encode(patch != nil, models, ModelPlace.isPatch + (state.patch.wasPatch ? 1 : 0))
        state.patch.wasPatch = patch != nil
        guard let patch else { return }
        encodeBasis(patch.basis, version: version)
        let (area, last) = (patch.area, state.patch.area)
        let isSameColumns = area.x == last.x && area.width == last.width
        range.encode(isSameColumns, models, ModelPlace.patchColumns)
        if !isSameColumns {
            let left = ModelPlace.patchLeftIsInside + (state.wasNext ? 1 : 0)
            encodeSide(area.x, area.width, of: tile.width, left, ModelPlace.patchRightIsInside)
        }
        let isSameRows = area.y == last.y && area.height == last.height
        range.encode(isSameRows, models, ModelPlace.patchRows)
        if !isSameRows {
            encodeSide(
                area.y, area.height, of: tile.height, ModelPlace.patchTopIsInside, ModelPlace.patchBottomIsInside)
        }
        state.patch.area = area
    }

    private mutating func encodeBasis(_ basis: UInt64, version: UInt64) {
        range.encode(basis == state.patch.basis, models, ModelPlace.patchBasis)
        guard basis != state.patch.basis else { return }
        state.patch.basis = basis
        let move = TileEdition.moveNumber(of: basis)
        range.encode(move != nil, models, ModelPlace.patchIsOnMove)
        if let move {
            bits.append(UInt64(move), count: PatchState.moveBits)
            return
        }
        let distance = version - basis
        let length = 63 - distance.leadingZeroBitCount
        for step in 0..<length { range.encode(true, models, ModelPlace.patchBasisLength + min(step, 7)) }
        range.encode(false, models, ModelPlace.patchBasisLength + min(length, 7))
        let rest = distance & (1 << UInt64(length) - 1)
        bits.append(rest & 0xFFFF_FFFF, count: min(length, 32))
        if length > 32 { bits.append(rest >> 32, count: length - 32) }
    }

    /// Most of what changes goes over the edges of tiles.
    private mutating func encodeSide(_ start: UInt8, _ size: UInt8, of side: Int, _ first: Int, _ last: Int) {
        range.encode(start > 0, models, first)
        if start > 0 { bits.append(UInt64(start), count: PatchState.sideBits) }
        let isInside = Int(start) + Int(size) != side
        range.encode(isInside, models, last)
        if isInside { bits.append(UInt64(size - 1), count: PatchState.sideBits) }
    }
}

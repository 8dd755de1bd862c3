extension BodyEncoder {
    /// Whether only a part of the tile follows, which part, and what it builds on.
    ///
    /// - Parameter version: the number of the packet, larger than any that it may build on.
    mutating func encodePatch(_ patch: TilePatch?, version: UInt64) {
        range.encode(patch != nil, models, ModelPlace.isPatch + (state.patch.wasPatch ? 1 : 0))
        state.patch.wasPatch = patch != nil
        guard let patch else { return }
        encodeBasis(patch.basis, version: version)
        let (area, last) = (patch.area, state.patch.area)
        encodeSide(area.x, area.width, isSame: area.x == last.x && area.width == last.width, ModelPlace.patchColumns)
        encodeSide(area.y, area.height, isSame: area.y == last.y && area.height == last.height, ModelPlace.patchRows)
        state.patch.area = area
    }

    private mutating func encodeBasis(_ basis: UInt64, version: UInt64) {
        range.encode(basis == state.patch.basis, models, ModelPlace.patchBasis)
        guard basis != state.patch.basis else { return }
        state.patch.basis = basis
        if let move = TileEdition.moveNumber(of: basis) {
            bits.append(1, count: 1)
            bits.append(UInt64(move), count: PatchState.moveBits)
            return
        }
        bits.append(0, count: 1)
        let distance = version - basis
        let length = 63 - distance.leadingZeroBitCount
        bits.append(UInt64(length), count: PatchState.lengthBits)
        let rest = distance & (1 << UInt64(length) - 1)
        bits.append(rest & 0xFFFF_FFFF, count: min(length, 32))
        if length > 32 { bits.append(rest >> 32, count: length - 32) }
    }

    private mutating func encodeSide(_ start: UInt8, _ size: UInt8, isSame: Bool, _ place: Int) {
        range.encode(isSame, models, place)
        if !isSame {
            bits.append(UInt64(start) | UInt64(size - 1) << UInt64(PatchState.sideBits), count: PatchState.sideBits * 2)
        }
    }
}

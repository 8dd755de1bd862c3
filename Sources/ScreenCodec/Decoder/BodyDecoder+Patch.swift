extension BodyDecoder {
    /// Which part of the tile follows, and what it builds on; nil where all of it follows.
    ///
    /// - Parameters:
    ///   - tile: the tile's place and size.
    ///   - version: the number of the packet.
    @_lifetime(self: copy self)
    mutating func decodePatch(in tile: Rectangle, version: UInt64) throws(Decoder.Failure) -> TilePatch? {
        let isPatch = range.decode(models, ModelPlace.isPatch + (state.patch.wasPatch ? 1 : 0))
        state.patch.wasPatch = isPatch
        guard isPatch else { return nil }
        if !range.decode(models, ModelPlace.patchBasis) { state.patch.basis = try decodeBasis(version: version) }
        if !range.decode(models, ModelPlace.patchColumns) {
            let left = ModelPlace.patchLeftIsInside + (state.wasNext ? 1 : 0)
            (state.patch.area.x, state.patch.area.width) = try decodeSide(
                of: tile.width, left, ModelPlace.patchRightIsInside)
        }
        if !range.decode(models, ModelPlace.patchRows) {
            (state.patch.area.y, state.patch.area.height) = try decodeSide(
                of: tile.height, ModelPlace.patchTopIsInside, ModelPlace.patchBottomIsInside)
        }
        guard state.patch.area.lies(in: tile) else { throw .malformed }
        return TilePatch(area: state.patch.area, basis: state.patch.basis)
    }

    @_lifetime(self: copy self)
    private mutating func decodeBasis(version: UInt64) throws(Decoder.Failure) -> UInt64 {
        if range.decode(models, ModelPlace.patchIsOnMove) { return TileEdition.moved(bits.read(PatchState.moveBits)) }
        var length = 0
        while range.decode(models, ModelPlace.patchBasisLength + min(length, 7)) {
            length += 1
            if length > 63 { throw .malformed }
        }
        var distance = UInt64(bits.read(min(length, 32)))
        if length > 32 { distance |= UInt64(bits.read(length - 32)) << 32 }
        distance |= 1 << UInt64(length)
        guard distance <= version else { throw .malformed }
        return version - distance
    }

    @_lifetime(self: copy self)
    private mutating func decodeSide(
        of side: Int, _ first: Int, _ last: Int
    ) throws(Decoder.Failure) -> (start: UInt8, size: UInt8) {
        let start = range.decode(models, first) ? Int(bits.read(PatchState.sideBits)) : 0
        let size = range.decode(models, last) ? Int(bits.read(PatchState.sideBits)) + 1 : side - start
        guard size > 0 else { throw .malformed }
        return (UInt8(start), UInt8(size))
    }
}

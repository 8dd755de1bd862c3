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
            (state.patch.area.x, state.patch.area.width) = decodeSide()
        }
        if !range.decode(models, ModelPlace.patchRows) {
            (state.patch.area.y, state.patch.area.height) = decodeSide()
        }
        guard state.patch.area.lies(in: tile) else { throw .malformed }
        return TilePatch(area: state.patch.area, basis: state.patch.basis)
    }

    @_lifetime(self: copy self)
    private mutating func decodeBasis(version: UInt64) throws(Decoder.Failure) -> UInt64 {
        if bits.read(1) == 1 { return TileEdition.moved(bits.read(PatchState.moveBits)) }
        let length = Int(bits.read(PatchState.lengthBits))
        var distance = UInt64(bits.read(min(length, 32)))
        if length > 32 { distance |= UInt64(bits.read(length - 32)) << 32 }
        distance |= 1 << UInt64(length)
        guard distance <= version else { throw .malformed }
        return version - distance
    }

    @_lifetime(self: copy self)
    private mutating func decodeSide() -> (start: UInt8, size: UInt8) {
        let side = bits.read(PatchState.sideBits * 2)
        return (UInt8(side & 15), UInt8(side >> UInt32(PatchState.sideBits)) + 1)
    }
}

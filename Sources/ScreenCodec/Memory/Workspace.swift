/// The memory that one body needs while it is written or read; allocated once and reused for ever.
///
/// Nothing in it outlives a call, so that two copies of an encoder may part ways by taking a new one.
final class Workspace: @unchecked Sendable {
    let models = Bank<AdaptiveBit>(count: ModelPlace.count, filledWith: AdaptiveBit())
    /// What every body starts from.
    let initialModels = Bank<AdaptiveBit>(count: ModelPlace.count, filledWith: AdaptiveBit())
    let colours = Bank<UInt32>(count: ColourCache.count, filledWith: Pixel.opaque)
    let tile = Bank<UInt32>(count: TileBuffer.capacity, filledWith: 0)
    let savedModels = Bank<AdaptiveBit>(count: ModelPlace.count, filledWith: AdaptiveBit())
    let savedColours = Bank<UInt32>(count: ColourCache.count, filledWith: Pixel.opaque)
    let shades = Bank<UInt32>(count: ColourCache.count, filledWith: Pixel.opaque)
    let rows = Bank<UInt32>(count: TileGrid.tileSize, filledWith: 0)
    let coarse = CoarseTables()
    let grainCodes = Bank<UInt64>(count: GrainModel.codeCount, filledWith: 0)
    let rangeBytes: Bank<UInt8>
    let plainBytes: Bank<UInt8>

    /// - Parameter byteCount: the room for each of the two streams, a power of two; a reader needs none.
    init(byteCount: Int) {
        rangeBytes = Bank(count: byteCount, filledWith: 0)
        plainBytes = Bank(count: byteCount, filledWith: 0)
        GrainModel.fill(grainCodes)
        ModelPlace.reset(initialModels)
    }

    deinit {
        models.deallocate()
        initialModels.deallocate()
        colours.deallocate()
        tile.deallocate()
        savedModels.deallocate()
        savedColours.deallocate()
        shades.deallocate()
        rows.deallocate()
        coarse.deallocate()
        grainCodes.deallocate()
        rangeBytes.deallocate()
        plainBytes.deallocate()
    }
}

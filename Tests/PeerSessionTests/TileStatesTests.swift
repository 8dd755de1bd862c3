import PeerSession
import Testing

@Suite struct TileStatesTests {
    @Test func everyTileStartsDirty() {
        let tiles = TileStates(tileCount: 130)
        var wanted: [UInt32] = []
        tiles.collectDirty(limit: 1_000, into: &wanted)
        #expect(wanted == (0..<130).map { UInt32($0) })
        #expect(tiles.dirtyCount == 130)
    }

    @Test func onlyTheNewestPacketOfATileCanLoseIt() {
        var tiles = TileStates(tileCount: 4)
        for tile in 0..<4 { tiles.markSent(tile, in: 1) }
        tiles.markDirty(2)
        tiles.markSent(2, in: 2)
        tiles.markLost(1)
        #expect((0..<4).map { tiles.isDirty($0) } == [true, true, false, true])
        tiles.markLost(2)
        #expect(tiles.dirtyCount == 4)
    }

    @Test func collectionGoesOnWhereTheLastPacketEnded() {
        var tiles = TileStates(tileCount: 256)
        for tile in 0..<100 { tiles.markSent(tile, in: 1) }
        tiles.markDirty(3)
        var wanted: [UInt32] = []
        tiles.collectDirty(limit: 8, into: &wanted)
        #expect(wanted == (100..<108).map { UInt32($0) })
        for tile in 100..<256 { tiles.markSent(tile, in: 2) }
        tiles.collectDirty(limit: 8, into: &wanted)
        #expect(wanted == [3])
    }
}

import PeerSession
import ScreenCodec
import Testing

@Suite struct TileStatesTests {
    private func collected(_ queue: TileQueue, from tiles: TileStates, limit: Int = 1_000) -> [UInt32] {
        var wanted: [UInt32] = []
        tiles.collect(queue, limit: limit, without: TileSet(capacity: tiles.tileCount), into: &wanted)
        return wanted
    }

    @Test func everyTileStartsDirty() {
        let tiles = TileStates(tileCount: 130)
        #expect(collected(.drawn, from: tiles) == (0..<130).map { UInt32($0) })
        #expect(tiles.dirtyCount == 130)
    }

    @Test func onlyTheNewestPacketOfATileCanLoseIt() {
        var tiles = TileStates(tileCount: 4)
        for tile in 0..<4 { tiles.markSent(tile, as: .drawn, in: 1) }
        tiles.markDirty(2)
        tiles.markSent(2, as: .drawn, in: 2)
        tiles.markLost(1)
        #expect((0..<4).map { tiles.isDirty($0) } == [true, true, false, true])
        tiles.markLost(2)
        #expect(tiles.dirtyCount == 4)
    }

    /// A tile that changes faster than its losses become known, bit by bit: each patch builds on the one before.
    @Test func aLostPatchCostsAllThatBuildOnIt() {
        var tiles = TileStates(tileCount: 2)
        for tile in 0..<2 { tiles.markSent(tile, as: .drawn, in: 1) }
        for packet in 2..<8 as Range<UInt64> {
            tiles.markDirty(0, Self.corner)
            #expect(tiles.patch(of: 0)?.basis == packet - 1)
            tiles.markSent(0, as: .drawn, in: packet)
        }
        tiles.markLost(0)
        #expect(tiles.dirtyCount == 0)
        tiles.markLost(4)
        #expect(tiles.isDirty(0) && !tiles.isDirty(1))
        #expect(tiles.patch(of: 0) == nil)
        tiles.markSent(0, as: .drawn, in: 8)
        tiles.markLost(editions: [5, 6, 7])
        #expect(tiles.dirtyCount == 0, "whole since then")
        tiles.markDirty(0, Self.corner)
        tiles.markSent(0, as: .drawn, in: 9)
        tiles.markLost(editions: [8])
        #expect(tiles.isDirty(0))
    }

    @Test func aMoveThatWasNotMadeCostsThoseThatFollowed() {
        var tiles = TileStates(tileCount: 2)
        for tile in 0..<2 { tiles.markSent(tile, as: .drawn, in: 1) }
        for number in 1..<5 as Range<UInt32> { tiles.markMoved(0, by: number) }
        tiles.markMoved(1, by: 5)
        tiles.markLost(editions: [TileEdition.moved(2)])
        #expect(tiles.isDirty(0) && !tiles.isDirty(1))
        tiles.markSent(0, as: .drawn, in: 2)
        tiles.markLost(editions: [TileEdition.moved(3), TileEdition.moved(4)])
        #expect(tiles.dirtyCount == 0, "whole since then")
    }

    private static let corner = TileArea(x: 0, y: 0, width: 4, height: 4)

    @Test func collectionGoesOnWhereTheLastPacketEnded() {
        var tiles = TileStates(tileCount: 256)
        for tile in 0..<100 { tiles.markSent(tile, as: .drawn, in: 1) }
        tiles.markDirty(3)
        #expect(collected(.drawn, from: tiles, limit: 8).first ?? 0 >= 64)
        for tile in 100..<256 { tiles.markSent(tile, as: .drawn, in: 2) }
        #expect(collected(.drawn, from: tiles, limit: 8) == [3])
    }

    @Test func aCoarseTileIsUnfinishedAndNotDirty() {
        var tiles = TileStates(tileCount: 3)
        tiles.markSent(0, as: .drawn, in: 1)
        tiles.markSent(1, as: .photo, in: 1)
        tiles.markSent(2, as: .coarse, in: 1)
        #expect(tiles.dirtyCount == 0)
        #expect(tiles.unfinishedCount == 1)
        #expect(collected(.coarse, from: tiles) == [2])
        #expect((0..<3).map { tiles.isSteady($0) } == [true, true, false])
        tiles.markSent(2, as: .photo, in: 2)
        #expect(tiles.unfinishedCount == 0)
    }

    @Test func aLostCoarseTileIsDirty() {
        var tiles = TileStates(tileCount: 1)
        tiles.markSent(0, as: .coarse, in: 1)
        tiles.markLost(1)
        #expect(collected(.photo, from: tiles) == [0])
    }

    @Test func whatChangesAllTheTimeMovesUntilItRests() {
        var tiles = TileStates(tileCount: 2)
        for packet in 0..<6 {
            tiles.markSent(0, as: .coarse, in: UInt64(packet))
            tiles.markSent(1, as: .drawn, in: UInt64(packet))
            tiles.markDirty(0)
            // Twelve changes a second are forgiven.
            if packet % 3 == 0 { tiles.markDirty(1) }
        }
        #expect(collected(.moving, from: tiles) == [0])
        tiles.markSent(0, as: .coarse, in: 6)
        #expect(tiles.count(.awaitingRest) == 1)
        #expect(tiles.count(.coarse) == 0)
        tiles.cool(by: 3)
        #expect(tiles.count(.coarse) == 1)
        tiles.cool(by: 100)
        #expect(!tiles.isWarm)
        tiles.markDirty(0)
        #expect(collected(.photo, from: tiles) == [0])
    }

    @Test func whatIsDamagedInSeveralPartsAtOnceChangesOnce() {
        var tiles = TileStates(tileCount: 2)
        for tile in 0..<2 { tiles.markSent(tile, as: .drawn, in: 0) }
        for _ in 0..<3 {
            tiles.beginCapture()
            for _ in 0..<5 {
                #expect(tiles.markDirty(0) == nil)
                #expect(tiles.markDirty(1, isSmall: true) == nil)
            }
            #expect(collected(.drawn, from: tiles) == [0])
            #expect(collected(.small, from: tiles) == [1])
            for tile in 0..<2 { tiles.markSent(tile, as: .drawn, in: 1) }
        }
        tiles.beginCapture()
        #expect(tiles.markDirty(0) == .exactInTime)
        #expect(tiles.markDirty(0) == nil, "late for itself")
        tiles.beginCapture()
        #expect(tiles.markDirty(0) == .late)
    }

    @Test func aSmallChangeStaysUrgentUntilItIsSent() {
        var tiles = TileStates(tileCount: 3)
        for tile in 0..<3 { tiles.markSent(tile, as: .drawn, in: 1) }
        tiles.markDirty(1, isSmall: true)
        tiles.markDirty(1)
        tiles.markDirty(2)
        #expect(collected(.small, from: tiles) == [1])
        #expect(collected(.drawn, from: tiles) == [2])
        tiles.markLost(1)
        #expect(collected(.small, from: tiles) == [0, 1, 2])
    }
}

/// For each tile of the host's screen: whether it must go out, and which packet carried it last.
///
/// Tiles are state, not history: a lost packet makes dirty again just those of its tiles that no later packet
/// carried, and what goes out then is the newest picture of them.
package struct TileStates {
    /// No packet has this number: the tile was never sent.
    package static let neverSent = UInt64.max

    private var dirtyWords: [UInt64]
    private var lastPacket: [UInt64]
    private var scanWord = 0
    package private(set) var dirtyCount: Int

    /// All tiles start dirty.
    package init(tileCount: Int) {
        dirtyWords = Array(repeating: 0, count: (tileCount + 63) / 64)
        lastPacket = Array(repeating: Self.neverSent, count: tileCount)
        dirtyCount = 0
        for tile in 0..<tileCount { markDirty(tile) }
    }

    package var tileCount: Int { lastPacket.count }

    package func isDirty(_ tile: Int) -> Bool { dirtyWords[tile >> 6] & (1 << UInt64(tile & 63)) != 0 }

    package mutating func markDirty(_ tile: Int) {
        let bit: UInt64 = 1 << UInt64(tile & 63)
        guard dirtyWords[tile >> 6] & bit == 0 else { return }
        dirtyWords[tile >> 6] |= bit
        dirtyCount += 1
    }

    /// Collects up to `limit` dirty tiles, ascending, going on where the last packet ended, so that a change at
    /// the top cannot starve the bottom.
    package func collectDirty(limit: Int, into tiles: inout [UInt32]) {
        tiles.removeAll(keepingCapacity: true)
        collectDirty(words: scanWord..<dirtyWords.count, limit: limit, into: &tiles)
        if tiles.isEmpty { collectDirty(words: 0..<scanWord, limit: limit, into: &tiles) }
    }

    private func collectDirty(words: Range<Int>, limit: Int, into tiles: inout [UInt32]) {
        for index in words {
            var word = dirtyWords[index]
            while word != 0 {
                if tiles.count == limit { return }
                tiles.append(UInt32(index * 64 + word.trailingZeroBitCount))
                word &= word - 1
            }
        }
    }

    package mutating func markSent(_ tile: Int, in packetNumber: UInt64) {
        lastPacket[tile] = packetNumber
        let bit: UInt64 = 1 << UInt64(tile & 63)
        guard dirtyWords[tile >> 6] & bit != 0 else { return }
        dirtyWords[tile >> 6] &= ~bit
        dirtyCount -= 1
        scanWord = tile >> 6
    }

    package mutating func markLost(_ packetNumber: UInt64) {
        for tile in lastPacket.indices where lastPacket[tile] == packetNumber { markDirty(tile) }
    }
}

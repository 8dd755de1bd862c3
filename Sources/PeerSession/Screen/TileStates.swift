import ScreenCodec

/// For each tile of the host's screen: whether it must go out and how urgently, and which packet or move changed it last.
///
/// Tiles are state, not history: a lost packet makes dirty again just those of its tiles that no later packet
/// carried, and what goes out then is the newest picture of them.
package struct TileStates {
    /// No packet has this number: the tile was never sent.
    package static let neverSent = UInt64.max

    /// A tile that changes is warmer by one each time and cools by one each period: what changes more often than twelve
    /// times a second gets hot, typing and a blinking cursor do not.
    static let hot: UInt8 = 4
    private static let hottest: UInt8 = 8

    private struct Tile {
        var queue = TileQueue.drawn
        var heat: UInt8 = 0
        /// What was sent last; nil for a tile never sent.
        var content: TileContent?
        /// A coarse picture that is good enough to wait long for the exact pixels.
        var isGood = false
        /// The last capture in which it changed.
        var capture: UInt32 = 0
        /// All that has changed since the tile was sent exactly; nothing is known of a tile that was not, or was lost.
        var changed = TileArea.whole
    }

    /// What a tile's last edition builds on: its patches, each of which needs the edition before it, and the moves before
    /// those. Without one of them the viewer makes none that follow.
    private struct Chain {
        /// No packet before this one had a part in it.
        var since: UInt64 = 0
        /// The moves since the tile was sent whole.
        var moves: ClosedRange<UInt32>?
    }

    private var tiles: [Tile]
    /// The number of a packet, or the edition that a move made.
    private var lastPacket: [UInt64]
    private var chains: [Chain]
    private var newestPacket: UInt64 = 0
    private var capture: UInt32 = 0
    private var queues: [TileSet]
    /// How many pixels the changed parts of each queue's tiles have.
    private var pixelCounts: [Int]
    /// Tiles with any heat.
    private var warmCount = 0
    /// Tiles that were never sent.
    private(set) var unknownCount: Int

    /// All tiles start dirty.
    package init(tileCount: Int) {
        tiles = Array(repeating: Tile(), count: tileCount)
        lastPacket = Array(repeating: Self.neverSent, count: tileCount)
        chains = Array(repeating: Chain(), count: tileCount)
        queues = TileQueue.allCases.map { _ in TileSet(capacity: tileCount) }
        unknownCount = tileCount
        pixelCounts = TileQueue.allCases.map { $0 == .drawn ? tileCount * TileArea.whole.pixelCount : 0 }
        for tile in 0..<tileCount { queues[TileQueue.drawn.rawValue].insert(tile) }
    }

    package var tileCount: Int { tiles.count }

    /// Tiles that the viewer shows otherwise than the screen does now.
    package var dirtyCount: Int { tileCount - count(.coarse) - count(.good) - count(.awaitingRest) - count(.clean) }

    /// Tiles that are to be sent, some of them later.
    package var unfinishedCount: Int { tileCount - count(.clean) }

    package var isWarm: Bool { warmCount > 0 }

    package func count(_ queue: TileQueue) -> Int { queue == .clean ? cleanCount : queues[queue.rawValue].count }

    /// How many pixels have changed in the tiles of a queue; of tiles at the edge and such as were not sent exactly, all count.
    func pixelCount(_ queue: TileQueue) -> Int { pixelCounts[queue.rawValue] }

    private var cleanCount: Int { queues[TileQueue.clean.rawValue].count }

    package func isDirty(_ tile: Int) -> Bool { tiles[tile].queue.isDirty }

    /// Whether what was sent of the tile is exact and newest: the viewer that has its edition has its pixels.
    package func isSteady(_ tile: Int) -> Bool { tiles[tile].queue == .clean }

    func areSteady(_ run: Range<Int>) -> Bool { queues[TileQueue.clean.rawValue].contains(all: run) }

    /// What each tile was last changed by, on the viewer's side too if it has received everything.
    package var editions: Span<UInt64> {
        @_lifetime(borrow self)
        get { lastPacket.span }
    }

    /// What is marked from now on has changed at one time: a tile at the seam of two damaged parts has changed once.
    package mutating func beginCapture() { capture &+= 1 }

    /// The tile has changed.
    ///
    /// - Parameters:
    ///   - area: the part that has.
    ///   - isSmall: hardly anything else has, at the same time.
    /// - Returns: what it says of the path, if the tile changes all the time.
    @discardableResult
    package mutating func markDirty(_ tile: Int, _ area: TileArea = .whole, isSmall: Bool = false) -> MotionSign? {
        let former = tiles[tile].queue
        setChanged(tile, tiles[tile].changed.union(area))
        let isAgain = tiles[tile].capture == capture && capture != 0
        tiles[tile].capture = capture
        if tiles[tile].content != nil, !isAgain { warm(tile) }
        move(tile, to: dirtyQueue(tile, isSmall: isSmall || former == .small))
        if isAgain { return nil }
        guard tiles[tile].heat >= Self.hot else { return nil }
        return former == .moving ? .late : former == .clean ? .exactInTime : .coarse
    }

    private mutating func setChanged(_ tile: Int, _ area: TileArea) {
        pixelCounts[tiles[tile].queue.rawValue] += area.pixelCount - tiles[tile].changed.pixelCount
        tiles[tile].changed = area
    }

    private mutating func warm(_ tile: Int) {
        if tiles[tile].heat == 0 { warmCount += 1 }
        tiles[tile].heat = min(tiles[tile].heat + 1, Self.hottest)
    }

    private func dirtyQueue(_ tile: Int, isSmall: Bool) -> TileQueue {
        if tiles[tile].heat >= Self.hot { return .moving }
        if isSmall { return .small }
        return tiles[tile].content == .photo || tiles[tile].content == .coarse ? .photo : .drawn
    }

    private mutating func move(_ tile: Int, to queue: TileQueue) {
        let former = tiles[tile].queue
        guard former != queue else { return }
        queues[former.rawValue].remove(tile)
        queues[queue.rawValue].insert(tile)
        pixelCounts[former.rawValue] -= tiles[tile].changed.pixelCount
        pixelCounts[queue.rawValue] += tiles[tile].changed.pixelCount
        tiles[tile].queue = queue
    }

    /// Appends tiles of a queue that are not among `others`, going on where the last packet ended, until there are
    /// `limit`.
    package func collect(_ queue: TileQueue, limit: Int, without others: TileSet, into wanted: inout [UInt32]) {
        queues[queue.rawValue].collect(limit: limit, without: others, into: &wanted)
    }

    func isIn(_ queue: TileQueue, _ tile: Int) -> Bool { tiles[tile].queue == queue }

    /// - Parameter isGood: of a coarse picture, that its quality is `CoarseQuality.good` or better.
    package mutating func markSent(
        _ tile: Int, as content: TileContent, isGood: Bool = false, in packetNumber: UInt64
    ) {
        queues[tiles[tile].queue.rawValue].goOn(from: tile)
        if tiles[tile].content == nil { unknownCount -= 1 }
        if patch(of: tile) == nil { chains[tile] = Chain(since: packetNumber) }
        lastPacket[tile] = packetNumber
        newestPacket = max(newestPacket, packetNumber)
        tiles[tile].content = content
        setChanged(tile, content == .coarse ? .whole : .none)
        tiles[tile].isGood = isGood
        let isMoving = tiles[tile].heat >= Self.hot
        move(tile, to: content != .coarse ? .clean : isMoving ? .awaitingRest : isGood ? .good : .coarse)
    }

    /// Makes a packet's tiles dirty again, but for those that went whole in a later one, too.
    package mutating func markLost(_ packetNumber: UInt64) { markLost(editions: CollectionOfOne(packetNumber)) }

    /// The viewer does not have these, or not what they build on.
    package mutating func markLost(editions: some Sequence<UInt64>) {
        let lost = LostEditions(editions)
        guard !lost.isEmpty else { return }
        for tile in lastPacket.indices where builds(tile, on: lost) { markLost(tile: tile) }
    }

    /// Whether the viewer cannot have a tile's last edition without one of these. Which tiles a packet had is not kept: all
    /// whose patches were under way then are taken to have been in it.
    private func builds(_ tile: Int, on lost: LostEditions) -> Bool {
        let (last, chain) = (lastPacket[tile], chains[tile])
        guard last != Self.neverSent else { return false }
        if let moves = chain.moves, lost.hasMove(in: moves) { return true }
        guard TileEdition.moveNumber(of: last) == nil else { return false }
        return lost.hasPacket(in: min(chain.since, last)...last)
    }

    /// A change of text is as urgent as it was.
    private mutating func markLost(tile: Int) {
        setChanged(tile, .whole)
        move(tile, to: dirtyQueue(tile, isSmall: tiles[tile].content == .drawn))
    }

    /// Notes that a move that is to go out, and is sure to go before any tile, brings the newest pixels of a run of tiles.
    mutating func markMoved(_ run: Range<Int>, by number: UInt32) {
        for tile in run { markMoved(tile, by: number) }
    }

    package mutating func markMoved(_ tile: Int, by number: UInt32) {
        lastPacket[tile] = TileEdition.moved(number)
        let first = min(chains[tile].moves?.lowerBound ?? number, number)
        chains[tile] = Chain(since: newestPacket + 1, moves: first...number)
        switch tiles[tile].content {
        case .drawn, .photo: break
        case .coarse: tiles[tile].content = .drawn
        case nil:
            unknownCount -= 1
            tiles[tile].content = .drawn
        }
        guard tiles[tile].queue != .clean || !tiles[tile].changed.isEmpty else { return }
        setChanged(tile, .none)
        move(tile, to: .clean)
    }

    /// Time has passed without more changes.
    package mutating func cool(by periods: Int) {
        let step = UInt8(clamping: periods)
        for tile in tiles.indices where tiles[tile].heat > 0 {
            let wasHot = tiles[tile].heat >= Self.hot
            tiles[tile].heat -= min(step, tiles[tile].heat)
            if tiles[tile].heat == 0 { warmCount -= 1 }
            if wasHot, tiles[tile].heat < Self.hot { settle(tile) }
        }
    }

    private mutating func settle(_ tile: Int) {
        switch tiles[tile].queue {
        case .moving: move(tile, to: dirtyQueue(tile, isSmall: false))
        case .awaitingRest: move(tile, to: tiles[tile].isGood ? .good : .coarse)
        case .small, .drawn, .photo, .coarse, .good, .clean: break
        }
    }

    /// How many pixels of a tile have changed since the viewer was sent it, or all.
    func changedPixelCount(of tile: Int) -> Int { tiles[tile].changed.pixelCount }

    /// What of a tile has changed since the viewer was sent it, if that is known, and what it was sent.
    package func patch(of tile: Int) -> TilePatch? {
        guard lastPacket[tile] != Self.neverSent, tiles[tile].changed != .whole else { return nil }
        return TilePatch(area: tiles[tile].changed, basis: lastPacket[tile])
    }

    /// Nothing is known of what the viewer has.
    package mutating func markAllLost() {
        for tile in lastPacket.indices where lastPacket[tile] != Self.neverSent { markLost(tile: tile) }
    }
}

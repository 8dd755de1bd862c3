import ScreenCodec
import Transport
import WireFormat

/// The host's screen as state to be kept equal on the other side: which tiles must go, in which packet each went
/// last, and what of that was lost.
///
/// What goes first: small changes, as typing makes them; text; photos; what moves all the time; and when all of the screen
/// has been shown, the exact pixels of what was shown coarsely. Near the pointer goes first in its class. Photos go coarsely
/// where their exact pixels would take the path longer than a frame, and so does what moves, as well as the path allows;
/// where the exact pixels would take seconds, good ones go before them.
/// At rest everything is exact.
public struct ScreenSender: SessionScreen {
    /// More tiles than fit one datagram even when nearly all are alike.
    private static let tilesPerDatagram = 1_024
    private static let leastTileLimit = 32

    /// Room that the smallest useful datagram needs: the header and one raw tile of 16x16 pixels.
    private static let minimumRoom = 820

    /// A capture that changes no more tiles than this is a small one: a line of text and a cursor.
    private static let smallChange = 24

    /// Whether the viewer knows what size the screen has.
    private enum SizeNews {
        case due
        /// Each datagram from this one on has told it.
        case sent(since: UInt64)
        case known
    }

    var encoder: Encoder
    var tiles: TileStates
    var moves = MoveQueue()
    var search = MoveSearch()
    private var reports = PendingReports()
    private var outstanding = OutstandingDatagrams()
    private var nextSequence: UInt32 = 0
    private var sizeNews = SizeNews.due
    /// Which tiles of a capture differ from the one before.
    private var differing = ChangedTiles()
    private var changed: [(tile: TileIndex, area: TileArea)] = []
    private var selection: TileSelection
    /// How many tiles the next datagram is offered: twice what the last one took.
    private var tileLimit = ScreenSender.tilesPerDatagram
    /// What went into the last datagram, in the selection's order.
    private var written: [TileContent] = []
    /// How many pixels these had, if all were of photos.
    private var sentPhotoPixels: Int?
    /// Whether a datagram was lost since the viewer was last told which ones matter: it may wait for it.
    private var isMarkerDue = false
    private var motion = MotionQuality()
    /// How many tiles of the last change change all the time, how many of these were out exactly before it, and whether
    /// any was still to go out.
    private var hotCount = 0
    private var exactCount = 0
    private var isLate = false
    private var budget = PathBudget()
    /// When the session was last told the time, and when tiles cool next.
    private var clock = Instant.zero
    private var coolsAt: Instant?

    /// A tile is forgiven one change each period: see `TileStates.hot`.
    private static let coolingPeriod = Interval.milliseconds(80)

    /// Keeps what is sent, for a recording.
    var tap: ScreenTap?

    public init(width: Int, height: Int) {
        encoder = Encoder(width: width, height: height)
        tiles = TileStates(tileCount: encoder.grid.tileCount)
        selection = TileSelection(grid: encoder.grid)
    }

    public var width: Int { encoder.grid.width }
    public var height: Int { encoder.grid.height }

    /// Whether the viewer has acknowledged the newest picture.
    public var isSettled: Bool { tiles.unfinishedCount == 0 && moves.waiting.isEmpty && outstanding.isEmpty }

    /// Whether the viewer waits for changes; the exact pixels of what it sees coarsely do not count.
    public var isBehind: Bool { tiles.dirtyCount > 0 || !moves.waiting.isEmpty }

    /// The host has its own screen whole and exact; milestones are the viewer's.
    public var isComplete: Bool { false }
    public var isExact: Bool { false }

    /// Compares the damaged parts of a capture with what was captured before and notes what moved and what changed.
    ///
    /// - Parameters:
    ///   - pixels: BGRX words of the whole screen, row by row.
    ///   - stride: words from one row to the next.
    ///   - damage: all of it at once, so that what moved between two parts is found; then each part is a change of its own,
    ///     small or large.
    public mutating func update(pixels: Span<UInt32>, stride: Int, damage: [Rectangle]) {
        var moved = takeExpectedMoves(from: pixels, stride: stride, damage: damage)
        encoder.compare(with: pixels, stride: stride, damage: damage, equal: moved, into: &differing)
        if moved.isEmpty { moved = takeMoves(from: pixels, stride: stride, damage: damage, changed: differing) }
        let isMoving = tiles.count(.moving) + tiles.count(.awaitingRest) + hotCount > 0
        (hotCount, exactCount, isLate) = (0, 0, false)
        tiles.beginCapture()
        for part in 0..<differing.partCount { note(part, moved, pixels, stride) }
        if isLate { motion.frameWasLate(at: clock) }
        if !isMoving, hotCount > 0 { motion.begin(isExact: exactCount * 2 > hotCount) }
        budget.judge(tiles)
        if tiles.isWarm, coolsAt == nil { coolsAt = clock + Self.coolingPeriod }
    }

    public mutating func update(pixels: Span<UInt32>, stride: Int, damage: Rectangle) {
        update(pixels: pixels, stride: stride, damage: [damage])
    }

    private mutating func note(_ part: Int, _ moved: [Rectangle], _ pixels: Span<UInt32>, _ stride: Int) {
        changed.removeAll(keepingCapacity: true)
        Self.take(&encoder, &changed, differing, part, moved, pixels, stride)
        let isSmall = changed.count <= Self.smallChange
        for (tile, area) in changed {
            guard let sign = tiles.markDirty(Int(tile), area, isSmall: isSmall) else { continue }
            hotCount += 1
            switch sign {
            case .late: isLate = true
            case .exactInTime: exactCount += 1
            case .coarse: break
            }
        }
    }

    /// Encoder and list by name, for a closure over one while the other changes.
    private static func take(
        _ encoder: inout Encoder, _ changed: inout [(tile: TileIndex, area: TileArea)], _ differing: ChangedTiles,
        _ part: Int, _ moved: [Rectangle], _ pixels: Span<UInt32>, _ stride: Int
    ) {
        let grid = encoder.grid
        // Neighbours are mostly in the same move.
        var last = 0
        encoder.take(differing, part: part, from: pixels, stride: stride) { tile in
            guard !moved.isEmpty else { return false }
            let area = grid.rectangle(of: tile)
            if moved[last].contains(area) { return true }
            guard let index = moved.firstIndex(where: { $0.contains(area) }) else { return false }
            last = index
            return true
        } body: { tile, area in
            changed.append((tile, area))
        }
    }

    /// The screen has another size from now on; all of it must go anew.
    public mutating func resize(width: Int, height: Int) {
        encoder.resize(width: width, height: height)
        selection = TileSelection(grid: encoder.grid)
        startOver()
    }

    /// All of the screen must go anew, to a viewer that has nothing of it.
    public mutating func startOver() {
        tiles = TileStates(tileCount: encoder.grid.tileCount)
        sizeNews = .due
        moves.removeWaiting()
        budget.judge(tiles)
    }

    /// Nothing is shown before the first capture: what is here may be of another time.
    var isHeld = false
    /// The viewer is here for something else.
    private var isUnwanted = false

    public mutating func noteWanted(_ isWanted: Bool) { isUnwanted = !isWanted }

    // MARK: Time and path

    public mutating func advance(to now: Instant) {
        clock = now
        takeReports(at: now)
        guard let due = coolsAt, due <= now else { return }
        let late = (now - due).nanoseconds / Self.coolingPeriod.nanoseconds
        tiles.cool(by: 1 + Int(clamping: late))
        coolsAt = tiles.isWarm ? now + Self.coolingPeriod : nil
    }

    /// Only what waits for rest needs to be woken for, and what a viewer reported too often.
    public var nextDeadline: Instant? {
        let rest = tiles.count(.awaitingRest) > 0 ? coolsAt : nil
        guard let report = reports.dueAt else { return rest }
        return min(rest ?? report, report)
    }

    public mutating func notePath(bytesPerSecond: Double?) { budget.bytesPerSecond = bytesPerSecond }

    public mutating func pathChanged() { motion.forgive() }

    public mutating func note(_ input: InputEvent) {
        if case .pointerMoved(let x, let y) = input { selection.movePointer(x: Int(x), y: Int(y)) }
    }

    // MARK: Sending

    public var hasContent: Bool { !isHeld && !isUnwanted && (isBehind || laterCount > 0 || isMarkerReady) }

    private var laterCount: Int { tiles.count(.coarse) + tiles.count(.good) }

    private var isMarkerReady: Bool { isMarkerDue && isSettled }

    public mutating func fill(
        _ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant
    ) -> Bool {
        advance(to: now)
        guard content.freeCapacity >= Self.minimumRoom else { return false }
        if !isUnfinished {
            guard fillMarker(&content, packetNumber: packetNumber) else { return false }
            tap?.note(content.span, packetNumber: packetNumber, at: now)
            return true
        }
        let start = content.count
        var header = header
        header.write(to: &content)
        let moveCount = fillMoves(&content, packetNumber: packetNumber)
        // What tiles a packet holds must be what they are after all moves before it.
        let count = moves.waiting.isEmpty ? fillTiles(&content, packetNumber: packetNumber) : 0
        guard count + moveCount > 0 else {
            content.removeLast(content.count - start)
            return false
        }
        header.hasMore = isUnfinished
        header.hasMoves = moveCount > 0
        header.rewriteFlags(in: &content, at: start)
        if case .due = sizeNews { sizeNews = .sent(since: packetNumber) }
        note(packetNumber)
        tap?.note(content.span.extracting(start..<content.count), packetNumber: packetNumber, at: now)
        return true
    }

    /// Appends one body with as many tiles as fit, and says how many these are.
    @_lifetime(content: copy content)
    private mutating func fillTiles(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64) -> Int {
        selection.select(from: tiles, limit: tileLimit)
        let movingCount = tiles.count(.moving)
        let start = content.count
        let unfinished = tiles.unfinishedCount
        let qualities = TileSelection.Qualities(
            still: budget.isShort ? .lowest : nil, moving: motion.quality,
            better: budget.isSlow ? .good : nil)
        let count = encode(qualities, into: &content, packetNumber)
        tileLimit = min(max(Self.leastTileLimit, 2 * count), Self.tilesPerDatagram)
        let isExact = tiles.unfinishedCount == unfinished - count
        if isExact, count > 0 {
            budget.note(exactTiles: count, photoPixels: sentPhotoPixels, bytes: content.count - start)
        }
        budget.judge(tiles)
        if movingCount > 0, tiles.count(.moving) == 0 {
            motion.frameWasSent(mayBeExact: budget.fits(movingTiles: hotCount))
        }
        return count
    }

    @_lifetime(content: copy content)
    private mutating func encode(
        _ qualities: TileSelection.Qualities, into content: inout OutputSpan<UInt8>, _ packetNumber: UInt64
    ) -> Int {
        written.removeAll(keepingCapacity: true)
        sentPhotoPixels = 0
        var isSizeKnown = false
        if case .known = sizeNews { isSizeKnown = true }
        let count = Self.encode(
            &encoder, &written, tiles, selection, qualities, isSizeKnown, into: &content, packetNumber)
        for position in 0..<count {
            let isGood = selection.quality(position, qualities).map { $0 >= .good } ?? true
            let pixels = tiles.changedPixelCount(of: Int(selection.wanted[position]))
            sentPhotoPixels = written[position] == .photo ? sentPhotoPixels.map { $0 + pixels } : nil
            tiles.markSent(Int(selection.wanted[position]), as: written[position], isGood: isGood, in: packetNumber)
        }
        return count
    }

    /// All by name, for a closure over one while others change.
    @_lifetime(content: copy content)
    private static func encode(
        _ encoder: inout Encoder, _ written: inout [TileContent], _ tiles: borrowing TileStates,
        _ selection: borrowing TileSelection, _ qualities: TileSelection.Qualities, _ isSizeKnown: Bool,
        into content: inout OutputSpan<UInt8>, _ packetNumber: UInt64
    ) -> Int {
        encoder.encode(selection.wanted.span, into: &content, version: packetNumber, isSizeKnown: isSizeKnown) {
            tiles.patch(of: Int($0))
        } quality: {
            selection.quality($0, qualities)
        } written: { _, content in
            written.append(content)
        }
    }

    private var isUnfinished: Bool { tiles.unfinishedCount > 0 || !moves.waiting.isEmpty }

    /// Tells a viewer that missed a datagram, and so cannot know, that its picture is exact now.
    private mutating func fillMarker(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64) -> Bool {
        guard isMarkerReady else { return false }
        header.write(to: &content)
        note(packetNumber)
        return true
    }

    private var header: ScreenHeader {
        let oldest = outstanding.oldestSequence ?? nextSequence
        return ScreenHeader(
            sequence: nextSequence, unsettled: UInt16(clamping: nextSequence &- oldest), hasMore: isUnfinished,
            hasMoves: false)
    }

    private mutating func note(_ packetNumber: UInt64) {
        isMarkerDue = outstanding.holdsLost
        outstanding.append(packetNumber: packetNumber, sequence: nextSequence)
        nextSequence &+= 1
    }

    public mutating func acknowledged(packetNumber: UInt64) {
        outstanding.settle(packetNumber, isLost: false)
        if case .sent(let since) = sizeNews, packetNumber >= since { sizeNews = .known }
        _ = moves.settle(packetNumber)
    }

    public mutating func lost(packetNumber: UInt64) {
        outstanding.settle(packetNumber, isLost: true)
        isMarkerDue = true
        tiles.markLost(editions: [packetNumber] + moves.settle(packetNumber))
        budget.judge(tiles)
    }

    /// A viewer has no screen to send: what it sends as state is a report of moves and patches that it did not make.
    public mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {
        guard let refused = try? RefusedEditions.read(content) else { return }
        reports.add(refused)
        takeReports(at: now)
    }

    private mutating func takeReports(at now: Instant) {
        guard let report = reports.take(at: now) else { return }
        switch report {
        case .everything: tiles.markAllLost()
        case .editions(let editions): tiles.markLost(editions: editions)
        }
        budget.judge(tiles)
    }
}

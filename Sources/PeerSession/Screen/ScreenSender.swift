import ScreenCodec
import Transport
import WireFormat

/// The host's screen as state to be kept equal on the other side: which tiles must go, in which packet each went
/// last, and what of that was lost.
public struct ScreenSender: SessionScreen {
    /// More tiles than fit one datagram even when nearly all are alike.
    private static let tilesPerDatagram = 1_024

    /// Room that the smallest useful datagram needs: the header and one raw tile of 16x16 pixels.
    private static let minimumRoom = ScreenHeader.size + 800

    private var encoder: Encoder
    private var tiles: TileStates
    private var outstanding = OutstandingDatagrams()
    private var nextSequence: UInt32 = 0
    private var wanted: [UInt32] = []
    /// Whether tiles went out since the viewer was last told that its picture is exact.
    private var isMarkerDue = false

    public init(width: Int, height: Int) {
        encoder = Encoder(width: width, height: height)
        tiles = TileStates(tileCount: encoder.grid.tileCount)
    }

    public var width: Int { encoder.grid.width }
    public var height: Int { encoder.grid.height }

    /// Whether the viewer has acknowledged the newest picture.
    public var isSettled: Bool { tiles.dirtyCount == 0 && outstanding.isEmpty }

    /// The host has its own screen whole and exact; milestones are the viewer's.
    public var isComplete: Bool { false }
    public var isExact: Bool { false }

    /// Compares the damaged part of a capture with what was captured before and notes what changed.
    ///
    /// - Parameters:
    ///   - pixels: BGRX words of the whole screen, row by row.
    ///   - stride: words from one row to the next.
    public mutating func update(pixels: Span<UInt32>, stride: Int, damage: Rectangle) {
        Self.update(&encoder, &tiles, pixels, stride, damage)
    }

    /// Encoder and tiles by name, for a closure over one while the other changes.
    private static func update(
        _ encoder: inout Encoder, _ tiles: inout TileStates, _ pixels: Span<UInt32>, _ stride: Int,
        _ damage: Rectangle
    ) {
        encoder.update(from: pixels, stride: stride, damage: damage) { tile in tiles.markDirty(Int(tile)) }
    }

    /// The screen has another size from now on; all of it must go anew.
    public mutating func resize(width: Int, height: Int) {
        encoder.resize(width: width, height: height)
        tiles = TileStates(tileCount: encoder.grid.tileCount)
    }

    /// All of the screen must go anew, to a viewer that has nothing of it.
    public mutating func startOver() {
        for tile in 0..<tiles.tileCount { tiles.markDirty(tile) }
    }

    /// Nothing is shown before the first capture: what is here may be of another time.
    var isHeld = false

    public var hasContent: Bool { !isHeld && (tiles.dirtyCount > 0 || isMarkerReady) }

    private var isMarkerReady: Bool { isMarkerDue && outstanding.isEmpty }

    public mutating func fill(
        _ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant
    ) -> Bool {
        guard content.freeCapacity >= Self.minimumRoom else { return false }
        if tiles.dirtyCount == 0 { return fillMarker(&content, packetNumber: packetNumber) }
        tiles.collectDirty(limit: Self.tilesPerDatagram, into: &wanted)
        let start = content.count
        writeHeader(to: &content)
        let candidates = wanted
        let count = encoder.encode(candidates.span, into: &content)
        guard count > 0 else {
            content.removeLast(content.count - start)
            return false
        }
        for index in 0..<count { tiles.markSent(Int(candidates[index]), in: packetNumber) }
        let toCome = UInt32(tiles.dirtyCount)
        content.replace(at: start + ScreenHeader.tilesToComeOffset, bigEndian: UInt16(toCome >> 16))
        content.replace(at: start + ScreenHeader.tilesToComeOffset + 2, bigEndian: UInt16(toCome & 0xFFFF))
        note(packetNumber, isMarker: false)
        isMarkerDue = true
        return true
    }

    /// Tells a viewer that missed a datagram, and so cannot know, that its picture is exact now.
    private mutating func fillMarker(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64) -> Bool {
        guard isMarkerReady else { return false }
        writeHeader(to: &content)
        note(packetNumber, isMarker: true)
        isMarkerDue = false
        return true
    }

    private func writeHeader(to content: inout OutputSpan<UInt8>) {
        let oldest = outstanding.oldestSequence ?? nextSequence
        let header = ScreenHeader(
            sequence: nextSequence, unsettled: nextSequence &- oldest, tilesToCome: UInt32(tiles.dirtyCount))
        header.write(to: &content)
    }

    private mutating func note(_ packetNumber: UInt64, isMarker: Bool) {
        outstanding.append(packetNumber: packetNumber, sequence: nextSequence, isMarker: isMarker)
        nextSequence &+= 1
    }

    public mutating func acknowledged(packetNumber: UInt64) { _ = outstanding.settle(packetNumber) }

    public mutating func lost(packetNumber: UInt64) {
        if outstanding.settle(packetNumber) { isMarkerDue = true }
        tiles.markLost(packetNumber)
    }

    /// A viewer has no screen to send: what it sends as state is ignored.
    public mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {}
}

import ScreenCodec
import Transport
import WireFormat

/// The viewer's copy of the host's screen.
///
/// Datagrams arrive in any order; the packet number says which of two pictures of a tile is the newer.
public struct ScreenReceiver: SessionScreen {
    public private(set) var decoder: Decoder
    private var received = ReceivedSequences()
    private var newest: ScreenHeader?
    private var refused = RefusedEditions()
    /// Screen datagrams that made no sense; an authenticated host sent them.
    public private(set) var malformedCount: UInt64 = 0
    public private(set) var datagramCount: UInt64 = 0

    /// Keeps what is received, for a recording.
    var tap: ScreenTap?

    public init(limits: Decoder.Limits = Decoder.Limits()) { decoder = Decoder(limits: limits) }

    /// Whether every part of the screen was seen at least once, exactly or at 28 dB or better.
    public var isComplete: Bool { decoder.isComplete }

    /// Whether the picture is, pixel for pixel, the newest that the host had when it last sent.
    public var isExact: Bool {
        guard let newest, !newest.hasMore, isComplete, decoder.missedCount == 0 else { return false }
        return received.isComplete(last: UInt32(newest.unsettled))
    }

    /// Hands out the parts that changed since the last call.
    public mutating func takeDamage(_ body: (Rectangle) -> Void) { decoder.takeDamage(body) }

    /// The share of the screen that is shown exactly as it was sent, not coarsely.
    public var exactShare: Double {
        let count = decoder.grid.tileCount
        return count == 0 ? 0 : Double(count - decoder.tilesNeverSeen - decoder.coarseCount) / Double(count)
    }

    /// What a viewer has to say is which moves and patches it did not make.
    public var hasContent: Bool { refused.isDue }
    public var nextDeadline: Instant? { nil }
    public mutating func advance(to now: Instant) {}
    public mutating func notePath(bytesPerSecond: Double?) {}
    public mutating func pathChanged() {}

    public mutating func noteWanted(_ isWanted: Bool) {}
    public mutating func note(_ input: InputEvent) {}

    public mutating func fill(
        _ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant
    ) -> Bool { refused.fill(&content, packetNumber: packetNumber) }

    public mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {
        datagramCount += 1
        tap?.note(content, packetNumber: packetNumber, at: now)
        var reader = ByteReader(content)
        defer { noteRefused() }
        do {
            let header = try ScreenHeader.read(from: &reader, highest: received.highest)
            if header.hasMoves {
                let count = Int(try reader.readUInt8())
                try decoder.makeMoves(from: &reader, count: count, version: packetNumber)
            }
            if reader.remaining > 0 { try decoder.decode(reader.rest, version: packetNumber) }
            received.insert(header.sequence)
            if received.highest == header.sequence { newest = header }
        } catch {
            malformedCount += 1
        }
    }

    private mutating func noteRefused() { Self.note(&refused, &decoder) }

    /// Both by name, for a closure over one while the other changes.
    private static func note(_ refused: inout RefusedEditions, _ decoder: inout Decoder) {
        decoder.takeRefusedMoves { refused.add(TileEdition.moved($0)) }
        decoder.takeRefusedBodies { refused.add($0) }
    }

    public mutating func acknowledged(packetNumber: UInt64) { refused.acknowledged(packetNumber) }
    public mutating func lost(packetNumber: UInt64) { refused.lost(packetNumber) }
}

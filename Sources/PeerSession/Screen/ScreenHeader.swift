import WireFormat

/// What stands before the moves and tiles in each screen datagram; these themselves say which size the screen has.
///
/// One byte: whether there is more to come, whether moves follow, and in six bits how many datagrams before this one still
/// matter, or 63 if that is in two more bytes behind it; then the lower half of the sequence number, big-endian.
struct ScreenHeader: Equatable {
    /// Numbers the screen datagrams of the session.
    var sequence: UInt32
    /// How many datagrams before this one still matter: the oldest of them is neither acknowledged nor lost.
    var unsettled: UInt16
    /// Tiles or moves are yet to go, since they differ from what was sent or were sent coarsely.
    var hasMore: Bool
    /// Moves stand between the header and the tiles, behind a byte that counts them.
    var hasMoves: Bool

    private static let moreBit: UInt8 = 0x80
    private static let movesBit: UInt8 = 0x40
    private static let longCount: UInt8 = 0x3F

    @_lifetime(packet: copy packet)
    func write(to packet: inout OutputSpan<UInt8>) {
        packet.append(flags)
        if unsettled >= Self.longCount { packet.append(bigEndian: unsettled) }
        packet.append(bigEndian: UInt16(truncatingIfNeeded: sequence))
    }

    /// The first byte.
    private var flags: UInt8 {
        (hasMore ? Self.moreBit : 0) | (hasMoves ? Self.movesBit : 0)
            | UInt8(min(unsettled, UInt16(Self.longCount)))
    }

    /// Corrects what is known only when the packet is written.
    ///
    /// - Parameter start: where the header stands.
    @_lifetime(packet: copy packet)
    func rewriteFlags(in packet: inout OutputSpan<UInt8>, at start: Int) { packet[start] = flags }

    /// - Parameter highest: the highest sequence number that was received; what is read is close to it.
    static func read(from reader: inout ByteReader, highest: UInt32?) throws(Truncated) -> ScreenHeader {
        let flags = try reader.readUInt8()
        let count = flags & longCount
        let unsettled = count == longCount ? try reader.readUInt16() : UInt16(count)
        let low = try reader.readUInt16()
        let highest = highest ?? 0
        let distance = Int16(bitPattern: low &- UInt16(truncatingIfNeeded: highest))
        return ScreenHeader(
            sequence: highest &+ UInt32(bitPattern: Int32(distance)), unsettled: unsettled,
            hasMore: flags & moreBit != 0, hasMoves: flags & movesBit != 0)
    }
}

import WireFormat

/// What stands before the moves and tiles in each screen datagram; these themselves say which size the screen has.
struct ScreenHeader: Equatable {
    /// Numbers the screen datagrams of the session.
    var sequence: UInt32
    /// How many datagrams before this one still matter: the oldest of them is neither acknowledged nor lost.
    var unsettled: UInt32
    /// Tiles that are yet to go, since they differ from what was sent or were sent coarsely, and moves.
    var tilesToCome: UInt32
    /// Moves between the header and the tiles.
    var moveCount: UInt16 = 0

    /// The bytes a header takes.
    static let size = 14
    static let tilesToComeOffset = 8
    static let moveCountOffset = 12

    @_lifetime(packet: copy packet)
    func write(to packet: inout OutputSpan<UInt8>) {
        packet.append(bigEndian: sequence)
        packet.append(bigEndian: unsettled)
        packet.append(bigEndian: tilesToCome)
        packet.append(bigEndian: moveCount)
    }

    static func read(from reader: inout ByteReader) throws(Truncated) -> ScreenHeader {
        let sequence = try reader.readUInt32()
        let unsettled = try reader.readUInt32()
        let tilesToCome = try reader.readUInt32()
        return ScreenHeader(
            sequence: sequence, unsettled: unsettled, tilesToCome: tilesToCome, moveCount: try reader.readUInt16())
    }
}

import WireFormat

/// What stands before the tiles in each screen datagram; the tiles themselves say which size the screen has.
struct ScreenHeader: Equatable {
    /// Numbers the screen datagrams of the session.
    var sequence: UInt32
    /// How many datagrams before this one still matter: the oldest of them is neither acknowledged nor lost.
    var unsettled: UInt32
    /// Tiles that are yet to go: they differ from what was sent, or were sent coarsely.
    var tilesToCome: UInt32

    /// The bytes a header takes.
    static let size = 12
    static let tilesToComeOffset = 8

    @_lifetime(packet: copy packet)
    func write(to packet: inout OutputSpan<UInt8>) {
        packet.append(bigEndian: sequence)
        packet.append(bigEndian: unsettled)
        packet.append(bigEndian: tilesToCome)
    }

    static func read(from reader: inout ByteReader) throws(Truncated) -> ScreenHeader {
        let sequence = try reader.readUInt32()
        let unsettled = try reader.readUInt32()
        return ScreenHeader(sequence: sequence, unsettled: unsettled, tilesToCome: try reader.readUInt32())
    }
}

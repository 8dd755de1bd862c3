import WireFormat

/// Moves as they stand in a datagram before its tiles, in the order in which they are made.
///
/// Width and height of the screen (two bytes each, big-endian), the first move's number (four bytes; the others' follow
/// it), and for each move: column, row, width and height of its area, the signed ways to its source in columns and rows
/// (two bytes each), and the digest of the editions it builds on (eight bytes).
public enum MoveList {
    /// What a datagram has before its moves.
    public static let headerByteCount = 8
    public static let moveByteCount = 20
    /// More never go into one datagram.
    public static let maximumCount = 255

    /// How many of `moves`, from the front, fit into so many bytes without writing more pixels than the screen has.
    public static func count(of moves: Span<Move>, fitting byteCount: Int, in grid: TileGrid) -> Int {
        let room = min((byteCount - headerByteCount) / moveByteCount, maximumCount, moves.count)
        var pixels = 0
        for position in 0..<max(room, 0) {
            pixels += moves[position].area.width * moves[position].area.height
            if pixels > grid.pixelCount { return position }
        }
        return max(room, 0)
    }

    /// - Precondition: there is at least one, and their numbers follow one another.
    @_lifetime(packet: copy packet)
    public static func append(_ moves: Span<Move>, in grid: TileGrid, to packet: inout OutputSpan<UInt8>) {
        packet.append(bigEndian: UInt16(truncatingIfNeeded: grid.width))
        packet.append(bigEndian: UInt16(truncatingIfNeeded: grid.height))
        packet.append(bigEndian: moves[0].number)
        for position in moves.indices {
            let move = moves[position]
            for field in [move.area.x, move.area.y, move.area.width, move.area.height, move.deltaX, move.deltaY] {
                packet.append(bigEndian: UInt16(truncatingIfNeeded: field))
            }
            packet.append(bigEndian: move.basis)
        }
    }

    static func readMove(from reader: inout ByteReader, number: UInt32) throws(Truncated) -> Move {
        let x = Int(try reader.readUInt16())
        let y = Int(try reader.readUInt16())
        let width = Int(try reader.readUInt16())
        let height = Int(try reader.readUInt16())
        let deltaX = Int(Int16(bitPattern: try reader.readUInt16()))
        let deltaY = Int(Int16(bitPattern: try reader.readUInt16()))
        return Move(
            area: Rectangle(x: x, y: y, width: width, height: height), deltaX: deltaX, deltaY: deltaY, number: number,
            basis: try reader.readUInt64())
    }
}

import WireFormat

/// A piece of the stream that carries the files' bytes, one file after the other: where the next file begins, bytes of it,
/// its end.
///
/// On the wire a byte names the kind. Behind the beginning's come the transfer's number and the offset that the bytes
/// go on from, behind the bytes' their number (all of these variable-length integers) and the bytes themselves, behind the
/// end's the checksum of the whole file. A file that is not sent to its end has none: the next one begins.
package enum ContentPiece: Hashable, Sendable {
    case begin(TransferIdentifier, offset: UInt64)
    /// So many bytes of the span at hand, from a position on.
    case bytes(Range<Int>)
    case end(FileChecksum)

    enum Tag: UInt8 {
        case begin = 1
        case bytes, end
    }

    static func begin(_ identifier: TransferIdentifier, from offset: UInt64) -> [UInt8] {
        [UInt8](capacity: 17) { output in
            output.append(Tag.begin.rawValue)
            output.append(varint: identifier.rawValue)
            output.append(varint: offset)
        }
    }

    /// What goes in front of so many bytes.
    static func header(count: Int) -> [UInt8] {
        [UInt8](capacity: 9) { output in
            output.append(Tag.bytes.rawValue)
            output.append(varint: UInt64(count))
        }
    }

    static func end(with checksum: FileChecksum) -> [UInt8] { [Tag.end.rawValue] + checksum.bytes }
}

import WireFormat

/// The first bytes of a body: how large the screen is, how many tiles follow, where the two streams part.
///
/// Version and flags (one byte), width, height, tiles, bytes of the range-coded stream (two bytes each, big-endian);
/// then the range-coded stream, and to the end the stream of plain bits.
struct BodyHeader {
    /// The version in the upper half of the first byte; the lower half holds flags, none of them defined yet.
    static let version: UInt8 = 0x20

    static let byteCount = 9

    /// More tiles or bytes than a field can count never go into one body.
    static let maximumField = 65_535

    var width: Int
    var height: Int
    var tileCount: Int
    var rangeByteCount: Int

    init(width: Int, height: Int, tileCount: Int, rangeByteCount: Int) {
        self.width = width
        self.height = height
        self.tileCount = tileCount
        self.rangeByteCount = rangeByteCount
    }

    init(from reader: inout ByteReader) throws(Decoder.Failure) {
        do {
            guard try reader.readUInt8() == Self.version else { throw Decoder.Failure.unknownVersion }
            width = Int(try reader.readUInt16())
            height = Int(try reader.readUInt16())
            tileCount = Int(try reader.readUInt16())
            rangeByteCount = Int(try reader.readUInt16())
        } catch let failure as Decoder.Failure {
            throw failure
        } catch {
            throw .truncated
        }
    }

    @_lifetime(output: copy output)
    func append(to output: inout OutputSpan<UInt8>) {
        output.append(Self.version)
        for field in [width, height, tileCount, rangeByteCount] {
            output.append(bigEndian: UInt16(truncatingIfNeeded: field))
        }
    }
}

import WireFormat

/// The first bytes of a body: how large the screen is, how many tiles follow, where the two streams part.
///
/// Version and flags (one byte), width, height (two bytes each, big-endian), tiles, bytes of the range-coded stream
/// (variable-length integers of RFC 9000, section 16); then the range-coded stream, and to the end the stream of plain bits.
struct BodyHeader {
    /// The version in the upper half of the first byte; the lower half holds flags, none of them defined yet.
    static let version: UInt8 = 0x30

    /// With few tiles and few bytes.
    static let leastByteCount = 7

    /// More tiles or bytes than this never go into one body.
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
            tileCount = Int(try reader.readVarint())
            rangeByteCount = Int(try reader.readVarint())
        } catch let failure as Decoder.Failure {
            throw failure
        } catch {
            throw .truncated
        }
    }

    /// The bytes of a header.
    @inline(__always)
    static func byteCount(tileCount: Int, rangeByteCount: Int) -> Int {
        5 + fieldSize(tileCount) + fieldSize(rangeByteCount)
    }

    @inline(__always)
    private static func fieldSize(_ value: Int) -> Int { value < 0x40 ? 1 : value < 0x4000 ? 2 : 4 }

    /// Appends a header whose last field is set afterwards: it has room for as much as is said now.
    @_lifetime(output: copy output)
    func append(to output: inout OutputSpan<UInt8>) {
        output.append(Self.version)
        output.append(bigEndian: UInt16(truncatingIfNeeded: width))
        output.append(bigEndian: UInt16(truncatingIfNeeded: height))
        output.append(varint: UInt64(tileCount))
        output.append(varint: UInt64(rangeByteCount))
    }

    /// Sets the last field of a header that ends at a place, to no more than it was appended with.
    @_lifetime(output: copy output)
    func setRangeByteCount(_ count: Int, in output: inout OutputSpan<UInt8>, headerEnd: Int) {
        let size = Self.fieldSize(rangeByteCount)
        let prefix = UInt32(size == 1 ? 0 : size == 2 ? 0x4000 : 0x8000_0000)
        let value = UInt32(count) | prefix
        for index in 0..<size {
            output[headerEnd - size + index] = UInt8(truncatingIfNeeded: value >> UInt32((size - 1 - index) * 8))
        }
    }
}

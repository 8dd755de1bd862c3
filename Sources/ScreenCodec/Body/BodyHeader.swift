import WireFormat

/// The first bytes of a body: how large the screen is, how many tiles follow, where the two streams part.
///
/// One byte: in its upper half the version, and whether the screen's size follows; in its lower half the number of tiles, or
/// 0 where that follows. Then width and height (two bytes each, big-endian), tiles, and in any case the bytes of the
/// range-coded stream (variable-length integers of RFC 9000, section 16); then the range-coded stream, and to the end the
/// stream of plain bits.
struct BodyHeader {
    /// With the screen's size behind it.
    static let versionWithSize: UInt8 = 0x30
    /// The size is that of the picture that the viewer has.
    static let versionWithoutSize: UInt8 = 0x40

    /// With few tiles, few bytes and without a size.
    static let leastByteCount = 2

    /// More tiles or bytes than this never go into one body.
    static let maximumField = 65_535
    private static let shortTileCounts = 1..<16

    /// Nil where the viewer has a picture of the size.
    var size: (width: Int, height: Int)?
    var tileCount: Int
    var rangeByteCount: Int

    init(size: (width: Int, height: Int)?, tileCount: Int, rangeByteCount: Int) {
        self.size = size
        self.tileCount = tileCount
        self.rangeByteCount = rangeByteCount
    }

    init(from reader: inout ByteReader) throws(Decoder.Failure) {
        do {
            let first = try reader.readUInt8()
            switch first & 0xF0 {
            case Self.versionWithSize:
                let width = Int(try reader.readUInt16())
                size = (width, Int(try reader.readUInt16()))
            case Self.versionWithoutSize: size = nil
            default: throw Decoder.Failure.unknownVersion
            }
            tileCount = first & 0x0F == 0 ? Int(try reader.readVarint()) : Int(first & 0x0F)
            rangeByteCount = Int(try reader.readVarint())
        } catch let failure as Decoder.Failure {
            throw failure
        } catch {
            throw .truncated
        }
    }

    /// The bytes of the header.
    @inline(__always)
    var byteCount: Int {
        let count = Self.shortTileCounts.contains(tileCount) ? 0 : Self.fieldSize(tileCount)
        return 1 + (size == nil ? 0 : 4) + count + Self.fieldSize(rangeByteCount)
    }

    @inline(__always)
    private static func fieldSize(_ value: Int) -> Int { value < 0x40 ? 1 : value < 0x4000 ? 2 : 4 }

    /// Appends a header whose last field is set afterwards: it has room for as much as is said now.
    @_lifetime(output: copy output)
    func append(to output: inout OutputSpan<UInt8>) {
        let isShort = Self.shortTileCounts.contains(tileCount)
        let version = size == nil ? Self.versionWithoutSize : Self.versionWithSize
        output.append(version | (isShort ? UInt8(tileCount) : 0))
        if let size {
            output.append(bigEndian: UInt16(truncatingIfNeeded: size.width))
            output.append(bigEndian: UInt16(truncatingIfNeeded: size.height))
        }
        if !isShort { output.append(varint: UInt64(tileCount)) }
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

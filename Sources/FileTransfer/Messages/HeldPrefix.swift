import WireFormat

/// The first part of a file that a receiver has already.
public struct HeldPrefix: Hashable, Sendable {
    /// In bytes, more than none.
    public let count: UInt64
    public let checksum: FileChecksum

    public init(count: UInt64, checksum: FileChecksum) {
        self.count = count
        self.checksum = checksum
    }

    var encoded: [UInt8] {
        [UInt8](capacity: 8 + FileChecksum.count) { output in
            output.append(varint: count)
            output.append(contentsOf: checksum.bytes.span)
        }
    }

    init(decoding bytes: Span<UInt8>) throws(StreamFault) {
        var reader = ByteReader(bytes)
        guard let count = try? reader.readVarint(), count > 0, let checksum = FileChecksum(reader.rest) else {
            throw .malformed
        }
        self.init(count: count, checksum: checksum)
    }
}

import WireFormat

/// The 20 bytes in front of every message (RFC 8489 section 5).
@frozen
public struct Header: Hashable, Sendable {
    /// The bytes of a header.
    @inlinable
    public static var size: Int { 20 }

    /// "The Magic Cookie field MUST contain the fixed value 0x2112A442" (RFC 8489 section 5).
    @inlinable
    public static var magicCookie: UInt32 { 0x2112_A442 }

    public var type: MessageType
    public var transaction: TransactionIdentifier
    /// The bytes of attributes that follow the header: a multiple of four.
    public var attributesSize: Int

    /// Reads a header from the front of `bytes`, which may go on behind the message.
    public init(_ bytes: Span<UInt8>) throws(MessageFailure) {
        guard bytes.count >= Header.size else { throw .truncated }
        var reader = ByteReader(bytes)
        guard let opening = try? reader.readUInt16(), let size = try? reader.readUInt16(),
            let cookie = try? reader.readUInt32(), let high = try? reader.readUInt32(),
            let low = try? reader.readUInt64()
        else { throw .truncated }
        guard let type = MessageType(encoded: opening), cookie == Header.magicCookie else { throw .notSTUN }
        guard size % 4 == 0 else { throw .unalignedLength }
        self.type = type
        transaction = TransactionIdentifier(high: high, low: low)
        attributesSize = Int(size)
    }
}

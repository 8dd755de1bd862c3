import WireFormat

/// Walks over the attributes of a message without copying them.
public struct AttributeCursor: ~Escapable {
    private let bytes: Span<UInt8>
    private let transaction: TransactionIdentifier
    private var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, transaction: TransactionIdentifier) {
        self.bytes = bytes
        self.transaction = transaction
    }

    /// The next attribute, or nil behind the last.
    @_lifetime(copy self)
    public mutating func next() -> Attribute? {
        guard bytes.count - offset >= 4 else { return nil }
        let type = UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
        let size = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
        let start = offset + 4
        guard size <= bytes.count - start else { return nil }
        offset = min(bytes.count, start + (size + 3) & ~3)
        let value = bytes.extracting(start..<start + size)
        return Attribute(type: AttributeType(rawValue: type), value: value, transaction: transaction)
    }
}

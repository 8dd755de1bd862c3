import WireFormat

/// A received message, checked for its form and read in place.
///
/// Attributes that must be ignored are not seen through it: whatever follows MESSAGE-INTEGRITY except
/// MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, and whatever follows MESSAGE-INTEGRITY-SHA256 except FINGERPRINT
/// (RFC 8489 sections 14.5 and 14.6). Of an attribute that stands twice the first counts (section 14).
public struct Message: ~Escapable {
    /// The whole message.
    public let bytes: Span<UInt8>
    public let type: MessageType
    public let transaction: TransactionIdentifier

    /// Where each of these attributes starts, if it is there and in its place.
    let integrityOffset: Int?
    let integritySHA256Offset: Int?
    let fingerprintOffset: Int?
    /// Where the attributes end that are neither integrity nor fingerprint nor to be ignored.
    let contentEnd: Int

    public var messageClass: MessageClass { type.messageClass }
    public var method: Method { type.method }

    /// Reads a message that fills `bytes` to their end.
    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) throws(MessageFailure) {
        let header = try Header(bytes)
        let end = Header.size + header.attributesSize
        guard bytes.count >= end else { throw .truncated }
        guard bytes.count == end else { throw .trailingBytes }
        let layout = try AttributeLayout(bytes)
        self.bytes = bytes
        type = header.type
        transaction = header.transaction
        integrityOffset = layout.integrity
        integritySHA256Offset = layout.integritySHA256
        fingerprintOffset = layout.fingerprint
        contentEnd = layout.contentEnd ?? end
    }

    /// The attributes in their order, without the integrity and fingerprint ones.
    public var attributes: AttributeCursor {
        @_lifetime(copy self)
        get { AttributeCursor(bytes.extracting(Header.size..<contentEnd), transaction: transaction) }
    }

    /// The first attribute of a type; nil if there is none, and for the integrity and fingerprint ones.
    @_lifetime(copy self)
    public func first(_ type: AttributeType) -> Attribute? {
        var cursor = attributes
        while let attribute = cursor.next() {
            if attribute.type == type { return attribute }
        }
        return nil
    }

    /// Whether an attribute of this type is there.
    public func contains(_ type: AttributeType) -> Bool {
        var cursor = attributes
        while let attribute = cursor.next() {
            if attribute.type == type { return true }
        }
        return false
    }

    /// The value of the first attribute of a type.
    @_lifetime(copy self)
    public func value(_ type: AttributeType) -> Span<UInt8>? {
        guard let attribute = first(type) else { return nil }
        return attribute.value
    }

    /// The comprehension-required attributes that a receiver does not know, each once: what a 420 answer lists.
    ///
    /// - Parameter isKnown: what the receiver understands; nothing is allocated as long as it knows all.
    public func unknownRequiredAttributes(isKnown: (AttributeType) -> Bool) -> [AttributeType] {
        var unknown: [AttributeType] = []
        var cursor = attributes
        while let attribute = cursor.next() {
            guard attribute.type.isComprehensionRequired, !isKnown(attribute.type) else { continue }
            if unknown.count < 32, !unknown.contains(attribute.type) { unknown.append(attribute.type) }
        }
        return unknown
    }
}

/// Where the attributes stand that protect a message; found in the one pass that checks its form.
struct AttributeLayout {
    var integrity: Int?
    var integritySHA256: Int?
    var fingerprint: Int?
    /// The start of the first of them.
    var contentEnd: Int?

    /// - Parameter bytes: a message whose length field is already known to match.
    init(_ bytes: Span<UInt8>) throws(MessageFailure) {
        var offset = Header.size
        while offset < bytes.count {
            guard fingerprint == nil else { throw .fingerprintNotLast }
            guard bytes.count - offset >= 4 else { throw .truncated }
            let type = AttributeType(rawValue: UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]))
            let size = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            let paddedSize = (size + 3) & ~3
            guard paddedSize <= bytes.count - offset - 4 else { throw .truncated }
            note(type, size: size, at: offset)
            offset += 4 + paddedSize
        }
    }

    private mutating func note(_ type: AttributeType, size: Int, at offset: Int) {
        switch type {
        case .messageIntegrity where integrity == nil && integritySHA256 == nil && size == 20:
            integrity = offset
        // "The value will be at most 32 bytes, but it MUST be at least 16 bytes and MUST be a multiple of 4 bytes"
        // (RFC 8489 section 14.6).
        case .messageIntegritySHA256 where integritySHA256 == nil && (16...32).contains(size) && size % 4 == 0:
            integritySHA256 = offset
        case .fingerprint where size == 4:
            fingerprint = offset
        default: return
        }
        if contentEnd == nil { contentEnd = offset }
    }
}

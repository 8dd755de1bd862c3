/// What protects a message against change.
@frozen
public enum IntegrityAlgorithm: Hashable, Sendable {
    /// MESSAGE-INTEGRITY, HMAC-SHA1 (RFC 8489 section 14.5).
    case sha1
    /// MESSAGE-INTEGRITY-SHA256, HMAC-SHA256 (RFC 8489 section 14.6).
    case sha256

    /// The bytes of a whole code.
    public var codeSize: Int { self == .sha1 ? 20 : 32 }
}

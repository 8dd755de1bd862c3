import Crypto
import WireFormat

/// The value of USERHASH, which names a user without telling its name (RFC 8489 section 14.4).
public enum UserHash {
    /// The bytes of the value.
    @inlinable
    public static var size: Int { 32 }

    /// SHA-256 of `username:realm`, both as prepared by RFC 8265.
    public static func of(username: Span<UInt8>, realm: Span<UInt8>) -> [32 of UInt8] {
        var hash = SHA256()
        let colon: [1 of UInt8] = [0x3A]
        hash.update(username)
        hash.update(colon.span)
        hash.update(realm)
        var result = [32 of UInt8](repeating: 0)
        hash.finalize().copyBytes(to: &result)
        return result
    }
}

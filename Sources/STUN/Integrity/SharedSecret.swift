import Crypto
import WireFormat

/// HMAC-SHA1 with a secret: what time-limited relay passwords and stateless nonces are made with.
///
/// The scheme `password = base64(HMAC-SHA1(secret, username))`, `username = timestamp:user` is the one that
/// coturn calls `use-auth-secret` (draft-uberti-behave-turn-rest-00).
public struct SharedSecret: Sendable {
    private let hash: KeyedHash<Insecure.SHA1>

    public init(_ secret: [UInt8]) { hash = KeyedHash(key: secret) }

    /// The 20 bytes of HMAC-SHA1 over `bytes`.
    public func code(over bytes: Span<UInt8>) -> [20 of UInt8] {
        var code = [20 of UInt8](repeating: 0)
        hash.code(bytes).copyBytes(to: &code)
        return code
    }

    /// The password that belongs to a user name: base64 with padding, as ASCII bytes.
    public func password(for username: Span<UInt8>) -> [UInt8] { Base64.encode(code(over: username).span) }

    /// The password that belongs to a user name, as text.
    public func password(for username: String) -> String {
        String(decoding: password(for: [UInt8](username.utf8).span), as: UTF8.self)
    }
}

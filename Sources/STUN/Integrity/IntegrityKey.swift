import Crypto
import WireFormat

/// The key of a message's integrity check, ready for use: make it once per credential, not per message.
public struct IntegrityKey: Sendable {
    /// The key itself, at most 64 bytes of which are worth having.
    private let bytes: [UInt8]
    private let sha1: KeyedHash<Insecure.SHA1>

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        sha1 = KeyedHash(key: bytes)
    }

    /// A short-term key: "key = OpaqueString(password)" (RFC 8489 section 9.1.1).
    ///
    /// The password is taken as it is: those of ICE are ASCII, on which the profile changes nothing.
    public init(shortTermPassword password: String) { self.init(bytes: [UInt8](password.utf8)) }

    /// A short-term key of raw bytes.
    public init(shortTermPassword password: [UInt8]) { self.init(bytes: password) }

    /// A long-term key: the hash of `username:realm:password` (RFC 8489 sections 9.2.2, 18.5.1).
    ///
    /// All three are taken as they are; a caller with text beyond ASCII prepares it first (RFC 8265).
    public init(
        username: [UInt8], realm: [UInt8], password: [UInt8], algorithm: PasswordAlgorithm = .md5
    ) {
        let text = username + [0x3A] + realm + [0x3A] + password
        switch algorithm {
        case .md5: self.init(bytes: [UInt8](Insecure.MD5.hash(bytes: text)))
        case .sha256: self.init(bytes: [UInt8](SHA256.hash(bytes: text)))
        }
    }

    /// A long-term key of texts.
    public init(username: String, realm: String, password: String, algorithm: PasswordAlgorithm = .md5) {
        self.init(
            username: [UInt8](username.utf8), realm: [UInt8](realm.utf8), password: [UInt8](password.utf8),
            algorithm: algorithm)
    }

    /// The code over a message in pieces: the first 20 bytes count for SHA-1, all 32 for SHA-256.
    func code(
        _ algorithm: IntegrityAlgorithm, over first: Span<UInt8>, _ second: Span<UInt8>
    ) -> [32 of UInt8] {
        var code = [32 of UInt8](repeating: 0)
        switch algorithm {
        case .sha1: sha1.code(first, second).copyBytes(to: &code)
        case .sha256: KeyedHash<SHA256>(key: bytes).code(first, second).copyBytes(to: &code)
        }
        return code
    }
}

extension IntegrityKey: Equatable {
    public static func == (left: IntegrityKey, right: IntegrityKey) -> Bool { left.bytes == right.bytes }
}

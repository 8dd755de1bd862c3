import WireFormat

/// A peer's identity: its static X25519 public key (RFC 7748), 32 bytes.
///
/// In text it is the HOST-ID that users compare, store and type: 56 characters of base 32, of which the last
/// five are a checksum, so that a mistyped one is refused before anything is sent.
public struct PublicKey: Hashable, Sendable {
    /// The length of a key in bytes.
    public static let count = 32

    /// The 32 bytes as they travel.
    public let bytes: [UInt8]

    /// Takes 32 bytes; nil for any other count.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes.copied()
    }

    /// Takes 32 bytes; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }
}

extension PublicKey: Comparable {
    /// Lexicographic order of the bytes, for tables that must not depend on hashing.
    public static func < (left: PublicKey, right: PublicKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension PublicKey: CustomStringConvertible, LosslessStringConvertible {
    private static let checksumCount = 3
    private static let textCount = 56

    /// Parses a HOST-ID; letters may be large or small, spaces and dashes are skipped. Nil if it is none.
    public init?(_ description: String) {
        guard description.utf8.count <= 4 * Self.textCount else { return nil }
        let characters = description.utf8.filter { $0 != 0x20 && $0 != 0x2D }
        guard characters.count == Self.textCount, let bytes = Base32.decode(characters) else { return nil }
        let key = Array(bytes.prefix(Self.count))
        guard Self.checksum(key) == Array(bytes.dropFirst(Self.count)) else { return nil }
        self.init(bytes: key)
    }

    /// The HOST-ID.
    public var description: String { Base32.encode(bytes + Self.checksum(bytes)) }

    private static func checksum(_ key: [UInt8]) -> [UInt8] {
        let digest = Blake2b.hash { hasher in
            hasher.update(Array("beeline host identifier".utf8))
            hasher.update(key)
        }
        return Array(digest.prefix(checksumCount))
    }
}

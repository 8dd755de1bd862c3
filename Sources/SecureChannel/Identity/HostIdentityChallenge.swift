import WireFormat

/// What a server sends to a host that claims a public key: an ephemeral key and a nonce, 64 bytes on the wire.
public struct HostIdentityChallenge: Hashable, Sendable {
    /// The length on the wire.
    public static let count = PublicKey.count + nonceCount
    static let nonceCount = 32

    let ephemeral: PublicKey
    let nonce: [UInt8]

    init(ephemeral: PublicKey, nonce: [UInt8]) {
        self.ephemeral = ephemeral
        self.nonce = nonce
    }

    /// Parses a challenge; nil if it has not 64 bytes.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count,
            let ephemeral = PublicKey(bytes.extracting(0..<PublicKey.count))
        else { return nil }
        self.init(ephemeral: ephemeral, nonce: bytes.extracting(PublicKey.count..<Self.count).copied())
    }

    /// Parses a challenge; nil if it has not 64 bytes.
    public init?(bytes: [UInt8]) { self.init(bytes.span) }

    /// The challenge as it travels.
    public var bytes: [UInt8] { ephemeral.bytes + nonce }
}

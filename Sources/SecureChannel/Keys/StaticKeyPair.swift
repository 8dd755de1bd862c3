import CSodium
import WireFormat

/// An X25519 key pair (RFC 7748): a peer's long-lived identity, or a handshake's ephemeral one.
///
/// The secret half is wiped from memory when the last copy of this value goes.
public struct StaticKeyPair: Sendable {
    /// The length of the secret in bytes.
    public static let secretCount = 32

    /// The half that others know.
    public let publicKey: PublicKey
    private let secret: SecretBytes
    /// Secrets shared with peers that were named beforehand.
    private var agreements: [PublicKey: SecretBytes] = [:]

    /// Takes 32 secret bytes of full entropy; nil for any other count. The caller wipes its own copy.
    public init?(secret bytes: Span<UInt8>) {
        guard bytes.count == Self.secretCount else { return nil }
        self.init(SecretBytes(copying: bytes))
    }

    /// Takes 32 secret bytes of full entropy; nil for any other count. The caller wipes its own copy.
    public init?(secretBytes bytes: [UInt8]) { self.init(secret: bytes.span) }

    /// Draws the secret from a random source that was seeded with full entropy.
    public init(random: inout SeededRandom) {
        self.init(SecretBytes(drawing: Self.secretCount, from: &random))
    }

    private init(_ secret: SecretBytes) {
        self.secret = secret
        let point = unsafe SecretBytes(count: PublicKey.count) { output in
            _ = unsafe crypto_scalarmult_curve25519_base(output, secret.pointer)
        }
        guard let key = PublicKey(point.span) else { preconditionFailure("a point has 32 bytes") }
        publicKey = key
    }

    /// The same key pair with its static secrets shared with some peers computed beforehand, as WireGuard does for each of
    /// its peers: every pinned handshake with one of them then takes an X25519 operation less.
    public func remembering(_ peers: some Sequence<PublicKey>) -> StaticKeyPair {
        var pair = self
        for peer in peers { pair.agreements[peer] = sharedSecret(with: peer) }
        return pair
    }

    /// 32 secret bytes for another use of the same identity: who learns them learns nothing of the secret, nor of what other
    /// labels give.
    public func derivedKey(label: String) -> [UInt8] {
        HMACBlake2b.expand(secret, label: Array(label.utf8), count: 32).copied()
    }

    /// A copy of the secret, to store it in a key file. The caller wipes it.
    public func copyOfSecret() -> [UInt8] { secret.copied() }

    /// The shared secret with a peer's key, or nil if that key is of low order and the secret therefore no secret
    /// (RFC 7748 section 6.1: "MAY check ... whether the resulting shared K is the all-zero value").
    func sharedSecret(with peer: PublicKey) -> SecretBytes? {
        if let agreement = agreements[peer] { return agreement }
        var isSound = false
        let shared = unsafe SecretBytes(count: PublicKey.count) { output in
            unsafe peer.bytes.span.withPointer { point in
                isSound = unsafe crypto_scalarmult_curve25519(output, secret.pointer, point) == 0
            }
        }
        return isSound ? shared : nil
    }
}

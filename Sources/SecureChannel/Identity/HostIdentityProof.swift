import WireFormat

/// How a peer proves to a server that it has the secret of the public key it names: HMAC-BLAKE2b of the challenge, keyed by
/// the Diffie-Hellman secret of the server's ephemeral key and the peer's static key.
///
/// The proof convinces that server only (it could have computed it itself), and it names the server, so that one server
/// cannot pass on another's challenge to a host and answer it with the host's proof.
public enum HostIdentityProof {
    /// What the proof is for: one for a place to wait at is none for going to somebody, nor the other way round.
    public enum Role: Sendable {
        /// Waits under its key.
        case host
        /// Goes to a host that the server's policy lets some keys meet.
        case viewer

        var label: [UInt8] {
            switch self {
            case .host: Array("beeline host identity proof".utf8)
            case .viewer: Array("beeline viewer identity proof".utf8)
            }
        }
    }

    /// The length of a proof.
    public static let count = 32

    /// The peer's answer; nil if the server's ephemeral key is of low order.
    ///
    /// - Parameter server: the name by which the peer reached the server.
    public static func answer(
        _ challenge: HostIdentityChallenge, keys: StaticKeyPair, server: String, as role: Role = .host
    ) -> [UInt8]? {
        keys.sharedSecret(with: challenge.ephemeral).map {
            proof(challenge, shared: $0, peer: keys.publicKey, server: server, as: role).copied()
        }
    }

    static func proof(
        _ challenge: HostIdentityChallenge, shared: SecretBytes, peer: PublicKey, server: String, as role: Role
    ) -> SecretBytes {
        let digest = HMACBlake2b.authenticate(key: shared) { hasher in
            hasher.update(role.label)
            hasher.update(challenge.bytes)
            hasher.update(peer.bytes)
            hasher.update(Array(server.utf8))
        }
        return digest.prefix(count)
    }
}

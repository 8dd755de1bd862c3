import WireFormat

/// How a host proves to a server that it has the secret of the public key it registers: HMAC-BLAKE2b of the challenge,
/// keyed by the Diffie-Hellman secret of the server's ephemeral key and the host's static key.
///
/// The proof convinces that server only (it could have computed it itself), and it names the server, so that one server
/// cannot pass on another's challenge to a host and answer it with the host's proof.
public enum HostIdentityProof {
    /// The length of a proof.
    public static let count = 32

    /// The host's answer; nil if the server's ephemeral key is of low order.
    ///
    /// - Parameter server: the name by which the host reached the server.
    public static func answer(
        _ challenge: HostIdentityChallenge, keys: StaticKeyPair, server: String
    ) -> [UInt8]? {
        keys.sharedSecret(with: challenge.ephemeral).map {
            proof(challenge, shared: $0, host: keys.publicKey, server: server).copied()
        }
    }

    static func proof(
        _ challenge: HostIdentityChallenge, shared: SecretBytes, host: PublicKey, server: String
    ) -> SecretBytes {
        let digest = HMACBlake2b.authenticate(key: shared) { hasher in
            hasher.update(Array("beeline host identity proof".utf8))
            hasher.update(challenge.bytes)
            hasher.update(host.bytes)
            hasher.update(Array(server.utf8))
        }
        return digest.prefix(count)
    }
}

import WireFormat

/// The server's side of one ``HostIdentityProof``: keeps the ephemeral secret until the answer comes.
public struct HostIdentityVerifier: Sendable {
    /// What to send to the peer.
    public let challenge: HostIdentityChallenge
    private let ephemeral: StaticKeyPair

    /// Draws the ephemeral key and the nonce.
    public init(random: inout SeededRandom) {
        ephemeral = StaticKeyPair(random: &random)
        challenge = HostIdentityChallenge(
            ephemeral: ephemeral.publicKey, nonce: random.bytes(count: HostIdentityChallenge.nonceCount))
    }

    /// Whether the answer shows that the peer has the secret of the key it claims. Use a verifier once.
    ///
    /// - Parameter server: the name by which the peer should have reached this server.
    public func accepts(
        _ answer: Span<UInt8>, from peer: PublicKey, server: String, as role: HostIdentityProof.Role = .host
    ) -> Bool {
        guard let shared = ephemeral.sharedSecret(with: peer) else { return false }
        return HostIdentityProof.proof(challenge, shared: shared, peer: peer, server: server, as: role)
            .isEqual(to: answer)
    }
}

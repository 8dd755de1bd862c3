/// The handshake patterns in use, with their names: the primitives are always 25519, ChaChaPoly, BLAKE2b.
package enum NoisePattern: Sendable {
    /// Neither side knows the other's key; a pre-shared key proves both (Noise sections 7.5 and 9.4).
    case xxpsk2
    /// The initiator knows the responder's key (Noise section 7.5).
    case ik
    /// One way, to a known key, and the sender says who it is (Noise section 7.4).
    case x

    /// The protocol name (Noise section 8).
    var protocolName: String {
        switch self {
        case .xxpsk2: "Noise_XXpsk2_25519_ChaChaPoly_BLAKE2b"
        case .x: "Noise_X_25519_ChaChaPoly_BLAKE2b"
        case .ik: "Noise_IK_25519_ChaChaPoly_BLAKE2b"
        }
    }

    /// The messages in order; the initiator writes the first, third, ...
    package var messages: [[NoiseToken]] {
        switch self {
        case .xxpsk2: [[.e], [.e, .ee, .s, .es, .psk], [.s, .se]]
        case .x: [[.e, .es, .s, .ss]]
        case .ik: [[.e, .es, .s, .ss], [.e, .ee, .se]]
        }
    }

    /// Whether the responder's static key is known to the initiator beforehand: the pre-message `<- s`.
    package var knowsResponder: Bool { self != .xxpsk2 }

    /// Whether the pattern has a `psk` token; then every `e` token also mixes into the key (Noise section 9.2).
    package var usesPresharedKey: Bool { self == .xxpsk2 }
}

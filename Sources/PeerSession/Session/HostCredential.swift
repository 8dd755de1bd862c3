import SecureChannel

/// How a viewer knows the host it asks for.
public enum HostCredential: Sendable {
    /// A one-time code that the host shows.
    case code(ConnectionCode)
    /// The host's public key.
    case publicKey(PublicKey)
}

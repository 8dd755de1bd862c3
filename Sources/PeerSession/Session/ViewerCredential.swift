import SecureChannel

/// Whom a host lets in.
public enum ViewerCredential: Sendable {
    /// Whoever has the one-time code.
    case code(ConnectionCode)
    /// Whoever has one of these keys.
    case authorizedKeys(AuthorizedViewers)
}

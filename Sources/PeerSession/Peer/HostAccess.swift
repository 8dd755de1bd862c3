import SecureChannel

/// How a host lets viewers in.
public enum HostAccess: Sendable {
    /// By one-time codes: a fresh one after each session and after too many wrong tries.
    case codes
    /// By the viewers' public keys, with nobody at the machine.
    case authorizedKeys(AuthorizedViewers)
}

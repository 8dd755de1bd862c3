/// What a server knows of who a viewer is.
public enum ViewerIdentity: Hashable, Sendable {
    /// Nothing, for it has not asked.
    case unasked
    /// Nothing, though it has asked.
    case untold
    /// It has the secret of this key.
    case proven(HostIdentifier)
}

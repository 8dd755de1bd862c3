/// The two streams, each way, that files travel on.
public enum FileStream: Hashable, Sendable, CaseIterable {
    /// What the sides say to each other.
    case messages
    /// The files' bytes.
    case content
}

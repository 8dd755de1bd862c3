/// Why what an authenticated peer says about files cannot be read on. The session goes on without files.
public enum StreamFault: Error, Equatable, Sendable {
    /// A message that announces more bytes than any message has.
    case tooLong
    case malformed
}

/// Why a received packet was not used. The machine's state did not change, but for what is malformed on a connection: that
/// ends the attempt, for nothing more can be made out on it.
public enum MappingFailure: Error, Hashable, Sendable {
    /// It came from somebody we did not ask.
    case unexpectedSource
    /// It is no message of the protocol, or is cut short.
    case malformed
    /// It answers a question that we did not ask.
    case unrelated
}

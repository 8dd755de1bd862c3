/// Why there is no mapping.
public enum MappingRefusal: Hashable, Sendable {
    case noAnswer
    /// The gateway speaks another version of the protocol.
    case unsupportedVersion
    /// The gateway said no, with its protocol's code.
    case refused(code: Int)
    /// The gateway's answers make no sense.
    case malformed
}

/// Why a recording's contents cannot be read, though they are what its writer sealed.
public enum RecordingFailure: Error, Hashable, Sendable {
    /// Written by a later version.
    case otherVersion
    case malformed
}

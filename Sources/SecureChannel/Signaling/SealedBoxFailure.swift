/// Why a signaling blob was refused.
public enum SealedBoxFailure: Error, Equatable, Sendable {
    /// Too short, or longer than 65,535 bytes.
    case malformed
    /// Not made by the peer for this session, or altered.
    case notAuthentic
    /// A blob that was opened before, or is older than 4,032 others.
    case replayed
}

/// Why a handshake refused a message or a call. Every case but `wrongCode` leaves the handshake as it was, so that
/// a forged or repeated message cannot end it.
public enum HandshakeFailure: Error, Equatable, Sendable {
    /// The message is too short for its place, or longer than 65,535 bytes.
    case malformed
    /// The message was not made by the peer for this handshake: altered, for another session or version, or meant
    /// for another key.
    case notAuthentic
    /// The second message came from a peer who had other words, or who was altered on the way: the two cannot be told
    /// apart. The handshake has failed: each further answer accepted would be another guess for an attacker.
    case wrongCode
    /// A key or a share that gives no secret: of low order, not a valid point, or the neutral element.
    case weakKey
    /// It is not this side's turn, or the handshake is over.
    case unexpected
    /// The exporter or the record layer is not there yet.
    case tooEarly
}

extension HandshakeFailure {
    init(_ failure: NoiseFailure) {
        self =
            switch failure {
            case .malformed: .malformed
            case .weakKey: .weakKey
            case .staticKeyNotAuthentic, .payloadNotAuthentic: .notAuthentic
            case .unexpected: .unexpected
            }
    }
}

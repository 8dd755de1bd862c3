import SecureChannel

/// How far a session's two peers have come in knowing each other.
enum HandshakePhase {
    /// Host: no viewer has come yet; candidates are gathered for one.
    case waiting
    /// Viewer: the offer is out.
    case offered(Handshake)
    /// Host, with a code: the answer is out, and counts as a wrong try until the confirmation comes.
    case answered(Handshake)
    /// Both have proven who they are; the records' keys are there.
    case established
    case ended(SessionEnd)
}

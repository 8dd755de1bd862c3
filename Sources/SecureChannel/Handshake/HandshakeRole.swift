/// Which side of the handshake a machine is.
public enum HandshakeRole: Sendable, Hashable {
    /// Writes the first message: the viewer.
    case initiator
    /// Answers: the host.
    case responder
}

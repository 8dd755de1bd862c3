/// How far a handshake is, named by the last message that was written or read.
public enum HandshakeStage: Sendable, Hashable {
    /// No message yet.
    case beginning
    case messageOne
    /// The early exporter is there. Of a code's handshake the third message is missing.
    case messageTwo
    /// The last message was written or read: records can be sealed and opened.
    case finished
    /// The code was wrong. This handshake is over; a new one is a new guess.
    case failed
}

/// One step of a handshake message (Noise section 5.3).
package enum NoiseToken: Sendable {
    /// The sender's ephemeral key.
    case e
    /// The sender's static key, encrypted once there is a key.
    case s
    /// Diffie-Hellman of both ephemeral keys.
    case ee
    /// Of the initiator's ephemeral and the responder's static key.
    case es
    /// Of the initiator's static and the responder's ephemeral key.
    case se
    /// Of both static keys.
    case ss
    /// The pre-shared key (Noise section 9.2).
    case psk
}

/// Why a sealed file cannot be read, or not be read on.
public enum SealedFileFailure: Error, Hashable, Sendable {
    /// It does not begin as one.
    case notSealed
    /// It was sealed to another key.
    case sealedTo(PublicKey)
    /// It ends within something.
    case cutOff
    /// It was changed, or its parts are not in order.
    case tampered
    /// A payload or a block is longer than allowed.
    case tooLong
}

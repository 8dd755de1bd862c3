/// Why bytes are not a STUN message.
public enum MessageFailure: Error, Hashable, Sendable {
    /// The first bits or the magic cookie belong to another protocol.
    case notSTUN
    /// The bytes end before the header or an attribute does.
    case truncated
    /// The length field is not a multiple of four (RFC 8489 section 5).
    case unalignedLength
    /// The datagram goes on behind the message.
    case trailingBytes
    /// Something follows FINGERPRINT, which "MUST be the last attribute" (RFC 8489 section 14.7).
    case fingerprintNotLast
}

/// What a message's FINGERPRINT says about it (RFC 8489 section 14.7).
@frozen
public enum Fingerprint: Hashable, Sendable {
    /// There is none, which is allowed where STUN is alone on its port.
    case absent
    case valid
    case invalid

    /// What the CRC-32 of the message in front of the attribute is mixed with (RFC 8489 section 14.7).
    static var mask: UInt32 { 0x5354_554E }
}

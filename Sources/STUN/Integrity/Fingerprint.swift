/// What a message's FINGERPRINT says about it (RFC 8489 section 14.7).
@frozen
public enum Fingerprint: Hashable, Sendable {
    /// There is none, which is allowed where STUN is alone on its port.
    case absent
    case valid
    case invalid

    /// "the CRC-32 of the STUN message [...] XOR'ed with the 32-bit value 0x5354554e" (RFC 8489 section 14.7).
    static var mask: UInt32 { 0x5354_554E }
}

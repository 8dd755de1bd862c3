/// What a datagram of this module is, told by its first byte: 0x80...0xBF a record, 0xC0... handshake on the path.
///
/// Lower values belong to STUN (0...3) and TURN's ChannelData (0x40...0x7F), in the manner of RFC 7983.
public enum DatagramKind: Hashable, Sendable {
    case record
    /// A handshake message of the given number, 1 to 3, sent on the path itself.
    case handshake(message: UInt8)
    /// What a host says of a handshake message without any state: most of all that it asks for a ``StatelessCookie``.
    case notice

    /// Nil if the byte begins nothing of this module.
    public init?(firstByte: UInt8) {
        switch firstByte {
        case 0x80...0xBF: self = .record
        case 0xC0: self = .notice
        case 0xC1...0xC3: self = .handshake(message: firstByte - 0xC0)
        default: return nil
        }
    }

    /// The first byte; of a record the bits that are not yet masked.
    public var firstByte: UInt8 {
        switch self {
        case .record: 0x80
        case .notice: 0xC0
        case .handshake(let message): 0xC0 + min(max(message, 1), 3)
        }
    }
}

/// What a datagram on a shared socket is, told by its first byte (RFC 9443, after RFC 7983).
///
/// RFC 8656 uses 0x40-0x4F for channel numbers; 0x50-0x7F are counted as ChannelData too, whose reader refuses
/// their channel numbers. From 0x80 on are this project's own records.
@frozen
public enum DatagramKind: Hashable, Sendable {
    /// 0x00-0x03.
    case stun
    /// 0x40-0x7F.
    case channelData
    /// 0x80-0xFF.
    case record
    /// Anything else, and the empty datagram.
    case other

    /// - Parameter datagram: a whole datagram, or what has come of it.
    @inlinable
    public init(_ datagram: Span<UInt8>) {
        guard datagram.count > 0 else {
            self = .other
            return
        }
        switch datagram[0] {
        case 0x00...0x03: self = .stun
        case 0x40...0x7F: self = .channelData
        case 0x80...0xFF: self = .record
        default: self = .other
        }
    }
}

import WireFormat

/// The four bytes in front of a payload on a bound channel (RFC 8656 section 12.4).
@frozen
public struct ChannelData: Hashable, Sendable {
    /// The bytes of the header.
    @inlinable
    public static var headerSize: Int { 4 }

    /// "0x4000 through 0x4FFF: These values are the allowed channel numbers" (RFC 8656 section 12).
    @inlinable
    public static var channelNumbers: ClosedRange<UInt16> { 0x4000...0x4FFF }

    /// What a server takes: clients of RFC 5766, coturn's among them, use numbers up to 0x7FFF (its section 11).
    @inlinable
    public static var acceptedNumbers: ClosedRange<UInt16> { 0x4000...0x7FFF }

    public let channel: UInt16
    /// Where the payload stands in the datagram or frame.
    public let payload: Range<Int>

    /// Reads the header of a datagram or of a stream's frame; nil if it is none.
    ///
    /// Up to three bytes of padding may follow the payload: a stream's frames have them, and some send them over
    /// UDP as well (RFC 8656 section 12.5).
    @inlinable
    public init?(_ datagram: Span<UInt8>) {
        guard datagram.count >= ChannelData.headerSize else { return nil }
        channel = UInt16(datagram[0]) << 8 | UInt16(datagram[1])
        let size = Int(datagram[2]) << 8 | Int(datagram[3])
        let excess = datagram.count - ChannelData.headerSize - size
        guard ChannelData.acceptedNumbers.contains(channel), (0...3).contains(excess) else { return nil }
        payload = ChannelData.headerSize..<ChannelData.headerSize + size
    }

    /// The header of a payload of `size` bytes; nil if that is more than its length field holds.
    @inlinable
    static func header(channel: UInt16, size: Int) -> UInt32? {
        size >= 0 && size <= 0xFFFF ? UInt32(channel) << 16 | UInt32(size) : nil
    }

    /// How many bytes of padding follow a payload: "over TCP and TLS-over-TCP, the ChannelData message MUST be padded
    /// to a multiple of four bytes" (RFC 8656 section 12.5); over UDP none are sent.
    @inlinable
    static func padding(size: Int, transport: TransportProtocol) -> Int {
        transport == .udp ? 0 : (4 - size % 4) % 4
    }
}

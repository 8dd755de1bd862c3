/// The frames of our packets. Types are variable-length integers, so there is room for more.
///
/// The shapes follow RFC 9000 section 19 where a frame has a counterpart there; the numbers are our own.
enum FrameType: UInt64 {
    case padding = 0x00
    /// Asks for an acknowledgement at once.
    case ping = 0x01
    case acknowledgement = 0x02
    /// An acknowledgement followed by ECN counts.
    case acknowledgementECN = 0x03
    case input = 0x04
    /// The packet went over more than one path, for its sender hears nothing over the one in use: answer where it came.
    case raced = 0x05
    /// The packet went over more than one path, for the peer asked for that.
    case echoed = 0x06
    case stream = 0x08
    case maximumData = 0x0A
    case maximumStreamData = 0x0B
    /// The application's state datagram: everything up to the end of the packet.
    case state = 0x10
    case close = 0x1C
}

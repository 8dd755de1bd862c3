/// One frame of a packet. Bodies are ranges of the packet, so that a frame holds no memory of its own.
enum Frame {
    case padding
    case ping
    case acknowledgement(AcknowledgementFrame)
    case input(InputFrame)
    case copied(Connection.CopyReason)
    case stream(StreamFrame)
    case maximumData(UInt64)
    case maximumStreamData(StreamIdentifier, UInt64)
    case state(Range<Int>)
    case close(code: UInt64, text: Range<Int>)

    /// Whether the peer must answer with an acknowledgement (RFC 9000 section 13.2.1).
    var isAckEliciting: Bool {
        switch self {
        case .padding, .acknowledgement, .copied, .close: false
        case .ping, .input, .stream, .maximumData, .maximumStreamData, .state: true
        }
    }
}

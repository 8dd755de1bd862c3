/// What a packet is to its transport. Datagrams are all data.
enum Segment: UInt8 {
    case data
    /// TCP's SYN, SYN with ACK, and RST.
    case open
    case openReply
    case reset
}

import WireFormat

/// A packet under way: its addresses, which change at NATs, and where it is. Its bytes are in the pool.
struct Packet {
    var transport: TransportProtocol
    var segment: Segment
    var ecn: ECNCodepoint
    /// The links passed so far, to end loops.
    var hops: UInt8
    var count: Int32
    var source: TransportAddress
    var destination: TransportAddress
    /// The attachment whose link the packet is on or came over.
    var attachment: Int32
    /// The host that sent it.
    var origin: Int32
    /// The sender's end of the stream it belongs to, or -1.
    var stream: Int32

    /// The bytes on the wire: the payload, a UDP or TCP header, an IP header.
    var wireBytes: Int {
        Int(count) + (transport == .udp ? 8 : 20) + (source.ip.isIPv4 ? 20 : 40)
    }

    static let none = Packet(
        transport: .udp, segment: .data, ecn: .notCapable, hops: 0, count: 0,
        source: TransportAddress(ip: .v4(0), port: 0),
        destination: TransportAddress(ip: .v4(0), port: 0), attachment: 0, origin: 0, stream: -1)
}

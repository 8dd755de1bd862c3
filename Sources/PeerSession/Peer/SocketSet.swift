import WireFormat

/// Bound sockets that serve one session, since a relay knows an allocation by the socket it came from.
struct SocketSet {
    let number: Int
    /// UDP sockets, and connections to TURN servers.
    var addresses: [TransportAddress]
}

import WireFormat

/// A connection to a TURN server that a session asked for.
struct StreamLink {
    /// Tells it from an earlier attempt at the same.
    let attempt: Int
    /// The session's sockets.
    let sockets: Int
    let server: TransportAddress
    let transport: TransportProtocol
    /// Nil while it is being made.
    var path: Path?

    func isSameWish(as other: StreamLink) -> Bool {
        sockets == other.sockets && server == other.server && transport == other.transport
    }
}

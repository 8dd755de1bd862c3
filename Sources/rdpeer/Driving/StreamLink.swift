import WireFormat

/// A connection to a TURN server that a session asked for.
struct StreamLink {
    /// The session's sockets.
    let sockets: Int
    let server: TransportAddress
    /// Nil while it is being made.
    var path: Path?
}

import WireFormat

/// A connection to a TURN server that a session asked for.
struct StreamLink {
    /// The session's sockets.
    let sockets: Int
    let server: TransportAddress
    /// How often it was tried.
    var attempts = 1
    /// Nil while it is being made.
    var path: Path?
}

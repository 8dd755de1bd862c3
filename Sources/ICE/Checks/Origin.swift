import WireFormat

/// Where a message came from.
struct Origin: Sendable {
    /// What it arrived at.
    let base: Base
    /// The socket and the sender on the wire: the peer, or the relay's server.
    let path: Path
    /// The peer's address.
    let remote: TransportAddress
}

import WireFormat

/// An open connection to a TURN server.
struct RelayStream: Sendable {
    let local: TransportAddress
    let transport: TransportProtocol
    /// The other end; nil if the driver does not say.
    let server: TransportAddress?
}

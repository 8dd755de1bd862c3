import WireFormat

/// Sockets that the driver opens or closes after the start.
extension ViewerPeer {
    /// A local address to use from now on.
    public mutating func addSocket(_ address: TransportAddress, at now: Instant) {
        initiator?.addSocket(address)
        streamOpened(address, transport: .udp, at: now)
    }

    /// A connection to the gateway was closed by it, or could not be opened.
    public mutating func gatewayConnectionEnded(_ path: Path, isFailure: Bool, at now: Instant) {
        session.gatewayConnectionEnded(path, isFailure: isFailure, at: now)
        process(at: now)
    }

    /// A local address that is no longer there.
    public mutating func removeSocket(_ address: TransportAddress, at now: Instant) {
        initiator?.removeSocket(address)
        streamClosed(address, transport: .udp, at: now)
    }
}

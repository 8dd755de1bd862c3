import WireFormat

/// Sockets that the driver opens or closes after the start.
extension ViewerPeer {
    /// A local address to use from now on.
    public mutating func addSocket(_ address: TransportAddress, at now: Instant) {
        session.addSocket(address, at: now)
    }

    /// A local address that is no longer there.
    public mutating func removeSocket(_ address: TransportAddress, at now: Instant) {
        session.removeSocket(address, at: now)
    }
}

import WireFormat

/// Sockets that the driver opens or closes because the machine's addresses change.
extension HostPeer {
    /// A further socket for a set that was provided before, by the set's number.
    public mutating func addSocket(_ address: TransportAddress, to sockets: Int, at now: Instant) {
        if let index = socketSets.firstIndex(where: { $0.number == sockets }) {
            socketSets[index].addresses.append(address)
        } else {
            streamOpened(address, transport: .udp, sockets: sockets, at: now)
        }
    }

    /// A socket whose address is gone; the session that has it moves.
    public mutating func removeSocket(_ address: TransportAddress, at now: Instant) {
        for index in socketSets.indices { socketSets[index].addresses.removeAll { $0 == address } }
        streamClosed(address, transport: .udp, at: now)
    }
}

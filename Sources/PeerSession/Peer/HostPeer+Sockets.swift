import WireFormat

/// Sockets that the driver opens or closes because the machine's addresses change.
extension HostPeer {
    /// The network may be back, or be another one: an address came, an interface came up. Sessions and signaling look
    /// at once for what works.
    public mutating func networkChanged(at now: Instant) {
        rendezvous?.networkChanged(at: now)
        active?.session.networkChanged(at: now)
        standby?.session.networkChanged(at: now)
        for index in negotiations.indices { negotiations[index].session.networkChanged(at: now) }
        resolveUnknown(in: standbyServers + (active?.servers ?? []) + negotiations.flatMap(\.servers))
        process(at: now)
    }

    /// The default gateway, which forwards ports to sessions that ask for them, may be another one.
    public mutating func gatewayChanged(to gateway: IPAddress, at now: Instant) {
        if configuration.asksGateway { configuration.gateway = gateway }
        active?.session.gatewayChanged(to: gateway, at: now)
        standby?.session.gatewayChanged(to: gateway, at: now)
        for index in negotiations.indices { negotiations[index].session.gatewayChanged(to: gateway, at: now) }
        process(at: now)
    }

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
        if entrance?.addresses.contains(address) == true { return stopListening(at: address, at: now) }
        for index in socketSets.indices { socketSets[index].addresses.removeAll { $0 == address } }
        streamClosed(address, transport: .udp, at: now)
    }
}

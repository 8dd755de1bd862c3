import WireFormat

extension Agent {
    /// A port that a gateway forwards to a socket of ours on request (PCP, NAT-PMP, UPnP): as good as a
    /// server-reflexive candidate, and open to everyone.
    ///
    /// - Parameters:
    ///   - mapped: where the world reaches the socket.
    ///   - local: the socket, as it was added.
    ///   - gateway: who forwards; it tells the candidate's foundation from those that servers gave.
    public mutating func addMappedAddress(
        _ mapped: TransportAddress, of local: TransportAddress, gateway: TransportAddress
    ) {
        guard let index = socketIndex(local, .udp) else { return }
        offerReflexive(
            mapped, socket: sockets[index].identifier, server: Server(address: gateway, service: .stun))
    }
}

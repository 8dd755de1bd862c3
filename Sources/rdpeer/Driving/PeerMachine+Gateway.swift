import WireFormat

/// Requests to the gateway over TCP.
extension PeerMachine {
    /// Whether a packet is a port mapper's: every other connection was opened by us before a packet took it.
    func isForGateway(_ path: Path) -> Bool {
        path.transport == .tcp && path.remote.ip == gateway && !streamLinks.contains { $0.path == path }
    }

    /// Keeps a piece of a request until its connection is open.
    mutating func keep(_ bytes: Span<UInt8>, for name: Path) {
        if let index = gatewayConnections.firstIndex(where: { $0.name == name }) {
            for index2 in bytes.indices { gatewayConnections[index].unsent.append(bytes[index2]) }
        } else if gatewayConnections.count < GatewayConnection.limit {
            gatewayConnections.append(GatewayConnection(name: name, unsent: bytes.indices.map { bytes[$0] }))
            events.append(.gatewayConnectionWanted(name))
        }
    }

    /// Writes what waits for a connection that is open now.
    mutating func pollGateway(into packet: inout OutputSpan<UInt8>) -> Path? {
        for index in gatewayConnections.indices {
            guard let path = gatewayConnections[index].path, !gatewayConnections[index].unsent.isEmpty else { continue }
            let count = min(gatewayConnections[index].unsent.count, packet.freeCapacity)
            for byte in gatewayConnections[index].unsent[..<count] { packet.append(byte) }
            gatewayConnections[index].unsent.removeFirst(count)
            return path
        }
        return nil
    }

    /// The connection is open, or could not be opened.
    mutating func gatewayConnected(_ name: Path, path: Path?, at now: Instant) {
        guard let index = gatewayConnections.firstIndex(where: { $0.name == name }) else { return }
        if let path {
            gatewayConnections[index].path = path
        } else {
            gatewayConnections.remove(at: index)
            peer.gatewayConnectionEnded(name, isFailure: true, at: now)
        }
    }

    /// True if the connection was one to the gateway.
    mutating func gatewayClosed(_ path: Path, at now: Instant) -> Bool {
        guard let index = gatewayConnections.firstIndex(where: { $0.path == path }) else { return false }
        let name = gatewayConnections.remove(at: index).name
        peer.gatewayConnectionEnded(name, isFailure: false, at: now)
        return true
    }

    /// What the port mapper calls a connection.
    func gatewayName(of path: Path) -> Path? { gatewayConnections.first { $0.path == path }?.name }
}

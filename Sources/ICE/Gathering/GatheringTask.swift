import WireFormat

/// A request to a server that waits for its turn.
enum GatheringTask: Sendable {
    case binding(socket: UInt16, server: Agent.Server)
    case allocation(socket: UInt16, server: Agent.Server)

    private var way: (socket: UInt16, server: TransportAddress) {
        switch self {
        case .binding(let socket, let server), .allocation(let socket, let server): (socket, server.address)
        }
    }

    /// Whether both leave from one socket to one address, which is one binding in a NAT.
    func goesTheWay(of other: GatheringTask) -> Bool { way == other.way }

    /// Whether the server has told this socket where it sees it.
    func isOpen(by observations: MappingObservations) -> Bool {
        observations.entries.contains { ($0.socket, $0.remote) == way }
    }
}

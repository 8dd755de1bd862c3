/// A request to a server that waits for its turn.
enum GatheringTask: Sendable {
    case binding(socket: UInt16, server: Agent.Server)
    case allocation(socket: UInt16, server: Agent.Server)
}

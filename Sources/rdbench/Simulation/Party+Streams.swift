import NetworkSimulator
import WireFormat

extension Party {
    /// A connection to a TURN server could not be opened, or broke.
    package mutating func streamFailed(on path: Path, at now: Instant) {
        switch self {
        case .server: break
        case .host(let party):
            party.act(at: now) { $0.streamClosed(path.local, transport: path.transport, at: now) }
        case .viewer(let party):
            party.act(at: now) { $0.streamClosed(path.local, transport: path.transport, at: now) }
        }
    }
}

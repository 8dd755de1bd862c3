import NetworkSimulator
import WireFormat

extension Party {
    /// A connection to a TURN server is open.
    package mutating func streamOpened(on path: Path, at now: Instant) {
        switch self {
        case .server: break
        case .host(let party): party.streamOpened(on: path, at: party.clock.local(now))
        case .viewer(let party): party.streamOpened(on: path, at: party.clock.local(now))
        }
    }

    /// A connection to a TURN server or to the other peer could not be opened, or broke.
    package mutating func streamFailed(on path: Path, at now: Instant) {
        switch self {
        case .server(let party): party.streamClosed(path, at: now)
        case .host(let party): party.streamFailed(on: path, at: party.clock.local(now))
        case .viewer(let party): party.streamFailed(on: path, at: party.clock.local(now))
        }
    }
}

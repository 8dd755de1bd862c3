import NetworkSimulator
import WireFormat

extension Party {
    /// A connection to a TURN server is open.
    package mutating func streamOpened(on path: Path, at now: Instant) {
        switch self {
        case .server: break
        case .host(let party): party.tell(at: now) { [unowned party] in party.streamOpened(on: path, at: $0) }
        case .viewer(let party): party.tell(at: now) { [unowned party] in party.streamOpened(on: path, at: $0) }
        }
    }

    /// A connection to a TURN server or to the other peer could not be opened, or broke.
    package mutating func streamFailed(on path: Path, at now: Instant) {
        switch self {
        case .server(let party): party.streamClosed(path, at: now)
        case .host(let party): party.tell(at: now) { [unowned party] in party.streamFailed(on: path, at: $0) }
        case .viewer(let party): party.tell(at: now) { [unowned party] in party.streamFailed(on: path, at: $0) }
        }
    }
}

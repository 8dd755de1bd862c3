import ICE
import WireFormat

/// Direct connections with the peer over TCP.
extension Session {
    /// A TCP port that takes connections, and that connections can be made from.
    public mutating func addListener(_ address: TransportAddress, at now: Instant) {
        agent.addListener(address, at: now)
        process(at: now)
    }

    /// A connection that `connectionWanted` asked for is open, or was there already.
    public mutating func connectionOpened(_ path: Path, at now: Instant) {
        agent.connectionOpened(path, at: now)
        process(at: now)
    }

    /// A connection is closed, or could not be opened.
    public mutating func connectionClosed(_ path: Path, at now: Instant) {
        agent.connectionClosed(path, at: now)
        process(at: now)
    }

    /// Whether an accepted connection is of use.
    public func usesConnection(_ path: Path) -> Bool { agent.usesConnection(path) }
}

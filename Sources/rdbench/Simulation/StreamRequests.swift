import WireFormat

/// Connections to TURN servers that a simulated peer asked for, between its wish and the network's answer.
struct StreamRequests {
    private var unsent: [Path] = []
    private var pending: [(path: Path, sockets: Int)] = []

    mutating func append(_ path: Path, sockets: Int) {
        unsent.append(path)
        pending.append((path, sockets))
    }

    /// The next connection to be opened: an empty packet on this path does it.
    mutating func popUnsent() -> Path? { unsent.isEmpty ? nil : unsent.removeFirst() }

    /// The sockets for which the connection was wanted, once; nil if this is none that is awaited.
    mutating func take(_ path: Path) -> Int? {
        guard let index = pending.firstIndex(where: { $0.path == path }) else { return nil }
        return pending.remove(at: index).sockets
    }
}

import WireFormat

/// Puts initiations together that came in several datagrams, a few at a time. Only senders that have shown a cookie get
/// here, so each place is held by an address that receives what is sent to it; the newest takes the oldest one's.
struct PathAssemblies: Sendable {
    private struct Assembly: Sendable {
        let identifier: InitiationIdentifier
        let path: Path
        var pieces: [[UInt8]?]
        let expires: Instant
    }

    static let limit = 8
    /// As long as four retransmissions take.
    static let patience = Interval.seconds(4)

    private var assemblies: [Assembly] = []

    var count: Int { assemblies.count }

    mutating func advance(to now: Instant) { assemblies.removeAll { $0.expires <= now } }

    var nextDeadline: Instant? { assemblies.map(\.expires).min() }

    /// Adds a piece.
    ///
    /// - Returns: the whole message, if nothing is missing any more.
    mutating func add(_ datagram: InitiationDatagram, on path: Path, at now: Instant) -> [UInt8]? {
        let index = place(datagram, path, at: now)
        assemblies[index].pieces[datagram.index] = datagram.piece
        let pieces = assemblies[index].pieces.compactMap { $0 }
        guard pieces.count == datagram.pieceCount else { return nil }
        assemblies.remove(at: index)
        return pieces.reduce([], +)
    }

    private mutating func place(_ datagram: InitiationDatagram, _ path: Path, at now: Instant) -> Int {
        let known = assemblies.firstIndex { assembly in
            assembly.identifier == datagram.identifier && assembly.path == path
                && assembly.pieces.count == datagram.pieceCount
        }
        if let known { return known }
        if assemblies.count == Self.limit { assemblies.removeFirst() }
        assemblies.append(
            Assembly(
                identifier: datagram.identifier, path: path, pieces: Array(repeating: nil, count: datagram.pieceCount),
                expires: now + Self.patience))
        return assemblies.count - 1
    }
}

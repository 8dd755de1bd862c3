import WireFormat

/// What somebody saw of a socket of ours: a server, or the peer in its answer to a check.
package struct MappingObservation: Sendable {
    package let socket: UInt16
    /// Who saw it.
    package let remote: TransportAddress
    /// Our address as seen from there.
    package let mapped: TransportAddress
}

/// The latest observations, one for each socket and observer. If one observer sees a socket elsewhere than before, the
/// NAT has begun anew, and what others saw counts no more.
package struct MappingObservations: Sendable {
    package private(set) var entries: [MappingObservation] = []

    /// More than a session has servers and pairs that matter; the oldest make room.
    package static let limit = 64

    package init() {}

    package mutating func note(_ mapped: TransportAddress, of socket: UInt16, by remote: TransportAddress) {
        if let known = entries.first(where: { $0.socket == socket && $0.remote == remote }) {
            if known.mapped == mapped { return }
            forget(socket)
        }
        if entries.count == Self.limit { entries.removeFirst() }
        entries.append(MappingObservation(socket: socket, remote: remote, mapped: mapped))
    }

    package mutating func forget(_ socket: UInt16) { entries.removeAll { $0.socket == socket } }

    /// How the mappings of a socket depend on the destination (RFC 4787 section 4.1), and where the first observer saw it.
    ///
    /// - Returns: nil if nobody has seen it.
    package func behavior(of socket: UInt16) -> (mapping: NATReport.Mapping, mapped: TransportAddress)? {
        let seen = entries.filter { $0.socket == socket }
        guard let first = seen.first else { return nil }
        var mapping = seen.count > 1 ? NATReport.Mapping.independent : .unknown
        for other in seen.dropFirst() where other.mapped != first.mapped {
            let isSameAddress = other.remote.ip == first.remote.ip
            if isSameAddress || mapping != .addressAndPortDependent {
                mapping = isSameAddress ? .addressAndPortDependent : .addressDependent
            }
        }
        return (mapping, first.mapped)
    }
}

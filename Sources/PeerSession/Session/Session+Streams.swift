import ICE
import WireFormat

/// Connections to relays over TCP and TLS, for networks that pass no UDP.
extension Session {
    /// A connection that `streamWanted` asked for could not be opened: the next one is tried at once.
    public mutating func streamFailed(
        _ server: TransportAddress, transport: TransportProtocol, at now: Instant
    ) {
        streams.failed(server, transport)
        climb(at: now)
        process(at: now)
    }

    mutating func startStreams(_ servers: [Agent.Server], roundTrip: Interval?, at now: Instant) {
        guard configuration.policy != .directOnly else { return }
        streams.setServers(servers)
        if let roundTrip { streams.roundTrip = roundTrip }
        deadlines[.streams] = streams.start(at: now)
    }

    /// Nothing works any more: the network may have changed, to one that passes no UDP.
    mutating func restartStreams(at now: Instant) {
        if let first = streams.start(at: now) { deadlines[.streams] = first }
    }

    mutating func noteStream(_ transport: TransportProtocol, at now: Instant) {
        streams.opened(transport, at: now)
        if deadlines[.streams] != nil { climb(at: now) }
    }

    mutating func noteStreamEnd(_ transport: TransportProtocol, at now: Instant) {
        streams.closed(transport)
        restartStreams(at: now)
    }

    /// Takes the next step, unless there is a path.
    mutating func climb(at now: Instant) {
        deadlines[.streams] = nil
        guard agent.selectedIdentifier == nil else { return }
        switch streams.step(hasAnswer: agent.hasHeardServer(since: streams.startedAt), at: now) {
        case .open(let server, let next):
            events.append(.streamWanted(server.address, server.transport))
            deadlines[.streams] = next
        case .wait(let until): deadlines[.streams] = until
        case .nothing: break
        }
    }
}

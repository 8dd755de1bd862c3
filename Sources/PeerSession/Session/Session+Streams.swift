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
        streams.setServers(servers, at: now)
        if let roundTrip { streams.roundTrip = roundTrip }
        // Relays that were looked for already, before the servers were known, are not looked for anew.
        if deadlines[.streams] == nil { deadlines[.streams] = streams.start(at: now) }
    }

    /// Before signaling has said what servers there are: asks where they mostly are, at the signaling server's address.
    /// Whether UDP passes is known then, and our address as others see it, when they are named.
    public mutating func expectServers(_ servers: [Agent.Server], at now: Instant) {
        guard configuration.policy == .all else { return }
        agent.setServers(servers.filter { $0.service == .stun }, at: now)
        startStreams(servers, roundTrip: nil, at: now)
        process(at: now)
    }

    /// The signaling server has answered over TCP, after so long. An answer over UDP to what was asked when this session
    /// began is due now.
    public mutating func noteServerRoundTrip(_ roundTrip: Interval, at now: Instant) {
        streams.roundTrip = roundTrip
        guard let planned = deadlines[.streams], !streams.isClimbing else { return }
        deadlines[.streams] = min(planned, max(now, streams.answerDue))
    }

    /// Nothing works any more: the network may have changed, to one that passes no UDP.
    mutating func restartStreams(at now: Instant) {
        if let first = streams.start(at: now) { deadlines[.streams] = first }
    }

    /// The same where the machine's addresses may be others. Changes that follow each other put nothing off.
    mutating func lookForStreams(at now: Instant) {
        let planned = deadlines[.streams]
        streams.forgetOpening()
        restartStreams(at: now)
        deadlines[.streams] = Instant.earlier(planned, deadlines[.streams])
    }

    /// Whatever works no more was thought to work when relays were looked for last.
    mutating func goOnWithStreams(at now: Instant) {
        if deadlines[.streams] == nil { restartStreams(at: now) }
    }

    /// A connection to a relay has died unheard: another one is tried.
    mutating func replaceStream(_ path: Path, at now: Instant) {
        removeStream(path.local, path.transport, at: now)
        events.append(.connectionReleased(path))
    }

    /// A connection to a relay is there. If a server has answered meanwhile, over UDP or another connection, it stays
    /// idle for a day when nothing else works: its relay would only be one more that dies with the others.
    mutating func addStream(_ stream: RelayStream, at now: Instant) {
        streams.opened(stream, at: now)
        if hasAnswer, now < streams.answerExpires {
            if !has(stream) { idleStreams.append(stream) }
        } else {
            use(stream, at: now)
        }
        if deadlines[.streams] != nil { climb(at: now) }
    }

    /// It may have been there before the ladder came to ask for it.
    private func has(_ stream: RelayStream) -> Bool {
        idleStreams.contains { $0.local == stream.local && $0.transport == stream.transport }
            || agent.serverConnections.contains { $0.local == stream.local && $0.transport == stream.transport }
    }

    private mutating func use(_ stream: RelayStream, at now: Instant) {
        agent.addSocket(stream.local, transport: stream.transport, server: stream.server, at: now)
    }

    mutating func removeStream(_ local: TransportAddress, _ transport: TransportProtocol, at now: Instant) {
        streams.closed(local, transport)
        if let index = idleStreams.firstIndex(where: { $0.local == local && $0.transport == transport }) {
            idleStreams.remove(at: index)
        } else if agent.serverConnections.contains(where: { $0.local == local && $0.transport == transport }) {
            agent.removeSocket(local, transport: transport, at: now)
            restartStreams(at: now)
        }
    }

    /// An address is gone: what was connected from there will hear nothing more, though TCP takes its time to say so.
    mutating func removeStreams(at ip: IPAddress, at now: Instant) {
        for (local, transport) in agent.serverConnections where local.ip == ip {
            removeStream(local, transport, at: now)
        }
        for stream in idleStreams where stream.local.ip == ip { removeStream(stream.local, stream.transport, at: now) }
    }

    /// Some server was heard, over whatever transport, since the relays are looked for.
    private var hasAnswer: Bool { agent.hasHeardServer(since: streams.startedAt) }

    var hasNoPath: Bool { agent.selectedIdentifier == nil || agent.isBroken }

    /// Takes the next step, unless there is a path.
    mutating func climb(at now: Instant) {
        deadlines[.streams] = nil
        guard hasNoPath else { return }
        let hasAnswer = self.hasAnswer
        // Who waits for a viewer has nothing more to wish for.
        if isWaiting, hasAnswer { return }
        if !hasAnswer || now >= streams.answerExpires {
            for stream in idleStreams { use(stream, at: now) }
            idleStreams = []
        }
        switch streams.step(hasAnswer: hasAnswer, at: now) {
        case .open(let servers, let next):
            for server in servers { events.append(.streamWanted(server.address, server.transport)) }
            deadlines[.streams] = next
        case .wait(let until): deadlines[.streams] = until
        case .nothing: break
        }
    }
}

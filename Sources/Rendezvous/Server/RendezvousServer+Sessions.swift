import WireFormat

/// Introductions, and blobs that pass through.
extension RendezvousServer {
    /// Answers `serversNeeded`: the servers for each side. From here on the peers know of each other, unless the permit says
    /// which way the session may go: then the viewer makes another offer before the host hears of it.
    ///
    /// - Parameter permit: nil without a policy.
    public mutating func provide(
        _ session: SessionIdentifier, host: [TraversalServer], viewer: [TraversalServer], permit: Permit? = nil,
        at now: Instant
    ) {
        guard let state = sessions[session] else { return }
        let provision = ServerSession.Provision(
            host: Array(host.prefix(SignalingLimits.servers)), viewer: Array(viewer.prefix(SignalingLimits.servers)),
            permit: permit)
        switch state.phase {
        case .preparing(let offer): introduce(session, offer, provision, at: now)
        case .preparingMeeting(let meeting):
            sessions[session]?.phase = .answered
            send(.met(meeting, session, servers: provision.host), to: state.host)
            send(.met(meeting, session, servers: provision.viewer), to: state.viewer)
            counters.meetingsTotal += 1
            limit(session, to: permit, at: now)
            if let introduction = sessions[session]?.introduction {
                events.append(.introduced(session, introduction))
            }
        case .identifying, .verifying, .agreeing, .offered, .answered: break
        }
        settle(at: now)
    }

    /// Answers `serversNeeded` with a no, for instance since these two may not meet.
    public mutating func refuse(_ session: SessionIdentifier, _ reason: Reason, at now: Instant) {
        guard let state = sessions[session] else { return }
        switch state.phase {
        case .preparing, .identifying, .verifying, .agreeing: decline(state.viewer, .joining, reason)
        case .preparingMeeting(let meeting):
            decline(state.host, .meeting(meeting), reason)
            decline(state.viewer, .meeting(meeting), reason)
        case .offered, .answered: return
        }
        forget(session)
        events.append(.declined(session, state.introduction, reason))
        settle(at: now)
    }

    mutating func join(
        _ venue: Venue, offer: [UInt8], from connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        guard let viewer = connections[connection] else { throw .unknown }
        if isDraining { return dismiss(connection, at: now) }
        if let wait = sources[SourceNetwork(viewer.source.ip)]?.joins.take(of: configuration.joinRate, at: now) {
            return refuse(connection, .joining, .rateLimited, retryAfter: wait)
        }
        guard case .open(var open)? = venues[venue] else { return refuseJoin(connection, venue) }
        // A key opens nothing to who guesses; so nobody may keep others from a host by using its joins up.
        if case .room = venue, let wait = open.joins.take(of: configuration.roomJoinRate, at: now) {
            return refuse(connection, .joining, .rateLimited, retryAfter: wait)
        }
        venues[venue] = .open(open)
        guard open.connection != connection, let host = connections[open.connection] else { throw .unexpected }
        guard host.sessions.count < configuration.sessionsPerConnection else {
            return refuse(connection, .joining, .roomBusy)
        }
        guard viewer.sessions.count < configuration.sessionsPerConnection, sessions.count < configuration.sessions
        else { return refuse(connection, .joining, .serverFull, retryAfter: .seconds(5)) }
        begin(
            host: open.connection, viewer: connection,
            Introduction(venue: venue, host: host.source, viewer: viewer.source), .preparing(offer: offer), at: now)
    }

    mutating func resume(
        _ meeting: MeetingIdentifier, _ ticket: [UInt8], from connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        guard let second = connections[connection] else { throw .unknown }
        if isDraining { return dismiss(connection, at: now) }
        if let first = meetings[meeting], first.connection != connection {
            guard !ticket.isEmpty, first.ticket == ticket else {
                return meet(meeting, first, connection, ticket, at: now)
            }
            // The same peer by another connection: the older one is most likely dead and not known to be.
            guard first.connection.value < connection.value else { return }
            forget(meeting)
        }
        guard meetings[meeting] == nil else { return }
        guard second.meetings.count < configuration.meetingsPerConnection, meetings.count < configuration.meetings
        else { return refuse(connection, .meeting(meeting), .serverFull, retryAfter: .seconds(10)) }
        let until = now + configuration.meetingTimeout
        meetings[meeting] = WaitingPeer(connection: connection, ticket: ticket, until: until)
        connections[connection]?.meetings.append(meeting)
        schedule(.meeting(meeting), at: until)
    }

    mutating func answer(
        _ session: SessionIdentifier, _ blob: [UInt8], from connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        guard let state = try member(connection, of: session) else { return }
        guard case .offered = state.phase, state.host == connection else { throw .unexpected }
        sessions[session]?.phase = .answered
        sessions[session]?.bytes += blob.count
        send(.answer(session, blob), to: state.viewer)
        counters.answeredTotal += 1
        events.append(.answered(session, after: now - state.startedAt))
    }

    mutating func trickle(
        _ session: SessionIdentifier, _ blob: [UInt8], from connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        guard let state = try member(connection, of: session) else { return }
        guard mayTrickle(blob.count, session, state.phase, at: now) else {
            return end(session, .rateLimited, tellingAllBut: nil, at: now)
        }
        sessions[session]?.bytes += blob.count
        send(.trickle(session, blob), to: state.peer(of: connection))
    }

    /// What a session passes on has a limit of its own: whoever comes to a host may else send it more than it can read, and
    /// it would be the host that is disconnected for that.
    private mutating func mayTrickle(
        _ count: Int, _ session: SessionIdentifier, _ phase: ServerSession.Phase, at now: Instant
    ) -> Bool {
        guard case .offered = phase else {
            return sessions[session]?.trickles.take(count, of: configuration.trickleRate, at: now) == nil
        }
        return (sessions[session]?.bytes ?? 0) + count <= configuration.unansweredBytes
    }

    mutating func leave(
        _ session: SessionIdentifier, _ reason: Reason, from connection: ConnectionIdentifier, at now: Instant
    ) {
        // A peer may say of its session what it likes, not of the server's state.
        let reasons: [Reason] = [
            .finished, .refused, .badVersion, .codeBurned, .roomBusy, .timedOut, .expired, .noSuchSession,
            .recordingRequired, .pathForbidden,
        ]
        guard let state = sessions[session], state.host == connection || state.viewer == connection else { return }
        end(session, reasons.contains(reason) ? reason : .finished, tellingAllBut: connection, at: now)
    }

    mutating func report(
        _ session: SessionIdentifier, _ report: SessionReport, from connection: ConnectionIdentifier
    ) {
        guard let source = connections[connection]?.source else { return }
        let state = sessions[session]
        let isMeeting = state?.introduction.venue == nil
        let side: Side =
            isMeeting ? .unknown : state?.host == connection ? .host : state?.viewer == connection ? .viewer : .unknown
        events.append(.reported(session, report, by: side, source: source))
    }

    /// Ends a session and tells its peers, but not the one that ended it.
    mutating func end(
        _ session: SessionIdentifier, _ reason: Reason, tellingAllBut connection: ConnectionIdentifier?, at now: Instant
    ) {
        guard let state = sessions[session] else { return }
        forget(session)
        switch state.phase {
        case .preparing, .identifying, .verifying, .agreeing:
            // The host does not know of it yet.
            if state.viewer != connection { refuse(state.viewer, .joining, reason, retryAfter: .seconds(1)) }
            return
        case .preparingMeeting(let meeting):
            // Neither knows the session's name yet; who is left asks again.
            for peer in [state.host, state.viewer] where peer != connection {
                refuse(peer, .meeting(meeting), reason, retryAfter: .seconds(1))
            }
            return
        case .offered, .answered: break
        }
        for peer in [state.host, state.viewer] where peer != connection { send(.leave(session, reason), to: peer) }
        if isDraining { for peer in [state.host, state.viewer] { dismissSoon(peer, at: now) } }
        events.append(.ended(session, reason, duration: now - state.startedAt, bytes: state.bytes))
        // The host waits for the next one.
        if case .open(let venue)? = connections[state.host]?.hosting, let source = connections[state.host]?.source {
            events.append(.standbyNeeded(state.host, venue, source: source))
        }
    }

    mutating func checkAnswer(_ session: SessionIdentifier, at now: Instant) {
        switch sessions[session]?.phase {
        case nil, .answered?: break
        default: end(session, .timedOut, tellingAllBut: nil, at: now)
        }
    }

    mutating func checkMeeting(_ meeting: MeetingIdentifier, at now: Instant) {
        guard let waiting = meetings[meeting], waiting.until <= now else { return }
        forget(meeting)
        refuse(waiting.connection, .meeting(meeting), .timedOut, retryAfter: .seconds(1))
    }

    /// Tells a client no where another event says what it was about.
    private mutating func decline(_ connection: ConnectionIdentifier, _ subject: Subject, _ reason: Reason) {
        send(.refused(subject, reason, retryAfterSeconds: 0), to: connection)
        counters.countRefusal(reason)
    }

    mutating func refuse(
        _ connection: ConnectionIdentifier, _ subject: Subject, _ reason: Reason, retryAfter: Interval = .zero
    ) {
        guard let source = connections[connection]?.source else { return }
        let seconds = UInt16(clamping: (max(.zero, retryAfter).nanoseconds + 999_999_999) / 1_000_000_000)
        send(.refused(subject, reason, retryAfterSeconds: seconds), to: connection)
        count(subject, reason, source)
    }

    private mutating func meet(
        _ meeting: MeetingIdentifier, _ first: WaitingPeer, _ second: ConnectionIdentifier, _ ticket: [UInt8],
        at now: Instant
    ) {
        guard let host = connections[first.connection], let viewer = connections[second] else { return }
        guard sessions.count < configuration.sessions, host.sessions.count < configuration.sessionsPerConnection,
            viewer.sessions.count < configuration.sessionsPerConnection
        else { return refuse(second, .meeting(meeting), .serverFull, retryAfter: .seconds(10)) }
        forget(meeting)
        begin(
            host: first.connection, viewer: second,
            Introduction(
                venue: nil, host: host.source, viewer: viewer.source,
                tickets: [first.ticket, ticket].filter { !$0.isEmpty }),
            .preparingMeeting(meeting), at: now)
    }

    private mutating func begin(
        host: ConnectionIdentifier, viewer: ConnectionIdentifier, _ introduction: Introduction,
        _ phase: ServerSession.Phase, at now: Instant
    ) {
        let session = SessionIdentifier(high: random.next(), low: random.next())
        sessions[session] = ServerSession(
            host: host, viewer: viewer, introduction: introduction, startedAt: now, phase: phase)
        connections[host]?.sessions.append(session)
        connections[viewer]?.sessions.append(session)
        schedule(.session(session), at: now + configuration.answerTimeout)
        events.append(.serversNeeded(session, introduction))
    }

    mutating func forget(_ session: SessionIdentifier) {
        guard let state = sessions.removeValue(forKey: session) else { return }
        for peer in [state.host, state.viewer] { connections[peer]?.sessions.removeAll { $0 == session } }
    }

    private mutating func forget(_ meeting: MeetingIdentifier) {
        guard let waiting = meetings.removeValue(forKey: meeting) else { return }
        connections[waiting.connection]?.meetings.removeAll { $0 == meeting }
    }

    private mutating func refuseJoin(_ connection: ConnectionIdentifier, _ venue: Venue) {
        guard case .closed(_, let reason, _)? = venues[venue] else {
            return refuse(connection, .joining, .noSuchRoom)
        }
        // A host whose connection broke is most likely on its way back.
        refuse(connection, .joining, reason, retryAfter: reason == .hostGone ? .seconds(2) : .zero)
    }

    /// The session, if the connection is one of its peers; a session that is gone is no fault of who asks for it.
    private mutating func member(
        _ connection: ConnectionIdentifier, of session: SessionIdentifier
    ) throws(SignalingFailure) -> ServerSession? {
        guard let state = sessions[session] else {
            refuse(connection, .session(session), .noSuchSession)
            return nil
        }
        guard state.host == connection || state.viewer == connection else { throw .unexpected }
        switch state.phase {
        case .preparing, .preparingMeeting, .identifying, .verifying, .agreeing: throw .unexpected
        case .offered, .answered: return state
        }
    }
}

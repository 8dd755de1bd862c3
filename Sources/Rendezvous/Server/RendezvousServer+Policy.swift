import WireFormat

/// What a driver with a policy has the machine do before it introduces anybody.
extension RendezvousServer {
    /// What the peers need to end a session themselves, whose time begins with its first path.
    public static let permitPatience = Interval.seconds(60)

    /// Answers `serversNeeded`: who the viewer is decides. It is sent the bytes from which it makes its proof.
    public mutating func identifyViewer(_ session: SessionIdentifier, challenge: [UInt8], at now: Instant) {
        guard case .preparing(let offer)? = sessions[session]?.phase, let viewer = sessions[session]?.viewer else {
            return
        }
        sessions[session]?.phase = .identifying(offer: offer, challenge: challenge)
        send(.challenge(challenge), to: viewer)
        awaitViewer(session, at: now)
        settle(at: now)
    }

    /// Answers `verifyViewer`.
    public mutating func resolveViewer(_ session: SessionIdentifier, isValid: Bool, at now: Instant) {
        guard case .verifying(let offer, let key)? = sessions[session]?.phase else { return }
        if isValid {
            identified(session, as: .proven(key), offer)
        } else {
            refuse(session, .badProof, at: now)
        }
        settle(at: now)
    }

    /// A viewer says who it is. What nobody has asked for any more says nothing.
    mutating func identify(_ key: HostIdentifier?, _ proof: [UInt8], from connection: ConnectionIdentifier) {
        for session in connections[connection]?.sessions ?? [] {
            guard let state = sessions[session], state.viewer == connection,
                case .identifying(let offer, let challenge) = state.phase
            else { continue }
            guard let key else { return identified(session, as: .untold, offer) }
            sessions[session]?.phase = .verifying(offer: offer, key)
            return events.append(.verifyViewer(session, key, challenge: challenge, proof: proof))
        }
    }

    private mutating func identified(_ session: SessionIdentifier, as identity: ViewerIdentity, _ offer: [UInt8]) {
        sessions[session]?.phase = .preparing(offer: offer)
        sessions[session]?.introduction.identity = identity
        if let introduction = sessions[session]?.introduction { events.append(.serversNeeded(session, introduction)) }
    }

    /// A viewer's offer under the terms that it was told.
    mutating func agree(_ offer: [UInt8], from connection: ConnectionIdentifier, at now: Instant) {
        for session in connections[connection]?.sessions ?? [] {
            guard let state = sessions[session], state.viewer == connection,
                case .agreeing(let provision) = state.phase
            else { continue }
            return complete(session, offer, provision, at: now)
        }
    }

    /// Brings two peers together, or first the viewer to an offer that names nothing but what the terms allow.
    mutating func introduce(
        _ session: SessionIdentifier, _ offer: [UInt8], _ provision: ServerSession.Provision, at now: Instant
    ) {
        guard let terms = provision.permit?.terms, terms.way != .any, let viewer = sessions[session]?.viewer else {
            return complete(session, offer, provision, at: now)
        }
        sessions[session]?.phase = .agreeing(provision)
        send(.terms(terms), to: viewer)
        awaitViewer(session, at: now)
    }

    private mutating func awaitViewer(_ session: SessionIdentifier, at now: Instant) {
        let deadline = now + configuration.viewerTimeout
        sessions[session]?.viewerDeadline = deadline
        schedule(.viewer(session), at: deadline)
    }

    /// The time for one of the viewer's answers is over, perhaps for one that it has given.
    mutating func checkViewer(_ session: SessionIdentifier, at now: Instant) {
        guard let deadline = sessions[session]?.viewerDeadline, deadline <= now else { return }
        switch sessions[session]?.phase {
        case .identifying?, .agreeing?: end(session, .timedOut, tellingAllBut: nil, at: now)
        case nil, .preparing?, .preparingMeeting?, .verifying?, .offered?, .answered?: break
        }
    }

    private mutating func complete(
        _ session: SessionIdentifier, _ offer: [UInt8], _ provision: ServerSession.Provision, at now: Instant
    ) {
        limit(session, to: provision.permit, at: now)
        guard let state = sessions[session] else { return }
        sessions[session]?.phase = .offered
        send(
            .incoming(session, offer: offer, servers: provision.host, permit: provision.permit), to: state.host)
        send(.joined(session, servers: provision.viewer, permit: provision.permit?.ofViewer), to: state.viewer)
        counters.introducedTotal += 1
        events.append(.introduced(session, state.introduction))
    }

    /// A session whose time is over has no signaling any more, should its peers not have ended it.
    mutating func limit(_ session: SessionIdentifier, to permit: Permit?, at now: Instant) {
        sessions[session]?.introduction.permit = permit
        guard let limit = permit?.terms.timeLimit else { return }
        schedule(.permit(session), at: now + limit + Self.permitPatience)
    }
}

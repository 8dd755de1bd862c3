import WireFormat

/// What the server says.
extension RendezvousClient {
    /// Takes one message from the transport.
    ///
    /// Throws what is wrong with it; the client is unharmed and the driver may go on or close the transport.
    public mutating func receive(_ message: Span<UInt8>, at now: Instant) throws(SignalingFailure) {
        guard isOpen else { throw .unexpected }
        let decoded = try SignalingMessage(message)
        deadlines[.silence] = now + heartbeat * 3
        heardAt = now
        noteRoundTrip(decoded, at: now)
        switch decoded {
        case .welcome(let seconds, let source): welcome(heartbeatSeconds: seconds, source: source, at: now)
        case .challenge(let bytes): try challenged(bytes)
        case .hosting(let venue, let token): try hosts(at: venue, token: token)
        case .standby(let servers):
            guard case .hosting = state else { throw .unexpected }
            events.append(.standby(servers))
        case .incoming(let session, let offer, let servers, let permit):
            try incoming(session, offer, servers, permit, at: now)
        case .terms(let terms):
            guard isJoining, !hasTerms else { throw .unexpected }
            hasTerms = true
            events.append(.termsOffered(terms))
        case .joined(let session, let servers, let permit): try joined(session, servers, permit)
        case .met(let meeting, let session, let servers): try met(meeting, session, servers)
        case .refused(let subject, let reason, let seconds):
            refused(subject, reason, retryAfter: .seconds(Int64(seconds)), at: now)
        case .roomClosed(let reason): try roomClosed(reason)
        case .answer(let session, let blob): try answered(session, blob)
        case .trickle(let session, let blob): try trickled(session, blob)
        case .leave(let session, let reason): left(session, reason, at: now)
        case .ping(let number): send(.pong(number), at: now)
        case .pong: break
        case .openRoom, .register, .proof, .closeRoom, .join, .resume, .report, .identity, .agree: throw .unexpected
        }
    }

    /// Rooms, challenges, sessions and pongs come as soon as they are asked for; a welcome comes unasked.
    private mutating func noteRoundTrip(_ message: SignalingMessage, at now: Instant) {
        guard let asked = requestedAt else { return }
        switch message {
        case .challenge, .hosting, .joined, .pong:
            requestedAt = nil
            roundTrip = now - asked
        default: break
        }
    }

    private mutating func welcome(heartbeatSeconds: UInt16, source: TransportAddress, at now: Instant) {
        guard deadlines[.welcome] != nil else { return }
        deadlines[.welcome] = nil
        heartbeat = .seconds(Int64(min(max(heartbeatSeconds, 5), 600)))
        deadlines[.heartbeat] = now + heartbeat
        deadlines[.silence] = now + heartbeat * 3
        events.append(.welcome(source: source))
        guard case .greeting = state else { return }
        switch purpose {
        case .hostRoom, .hostIdentity: change(to: hasClosedRoom ? .idle : .registering)
        case .join: change(to: sessions.first.map { .inSession($0.identifier) } ?? .joining)
        }
    }

    /// A viewer's request is with the server, though its welcome may still be on its way.
    private var isJoining: Bool {
        guard case .join = purpose, sessions.isEmpty else { return false }
        switch state {
        case .joining, .greeting: return true
        default: return false
        }
    }

    private mutating func challenged(_ bytes: [UInt8]) throws(SignalingFailure) {
        if isJoining, !isChallenged {
            isChallenged = true
            return events.append(.identityWanted(challenge: bytes))
        }
        guard case .hostIdentity = purpose, case .registering = state else { throw .unexpected }
        change(to: .proving)
        events.append(.challenge(bytes))
    }

    private mutating func hosts(at venue: Venue, token: [UInt8]) throws(SignalingFailure) {
        if case .hostRoom = purpose, !isAnswerToNewest() { return }
        switch (purpose, venue, state) {
        case (.hostRoom, .room(let number), .registering):
            room = number
            self.token = token
        case (.hostIdentity(let wanted), .host(let host), .proving) where wanted == host: break
        default: throw .unexpected
        }
        deadlines[.request] = nil
        change(to: .hosting(venue))
        events.append(.hosting(venue))
    }

    /// Each request for a room has one answer. One that was overtaken by another request is about a room that is given
    /// up.
    private mutating func isAnswerToNewest() -> Bool {
        unansweredOpenings = max(unansweredOpenings - 1, 0)
        return unansweredOpenings == 0
    }

    private mutating func incoming(
        _ session: SessionIdentifier, _ offer: [UInt8], _ servers: [TraversalServer], _ permit: Permit?, at now: Instant
    ) throws(SignalingFailure) {
        guard index(ofCurrent: session) == nil else { throw .unexpected }
        // The room is being given up, or there are too many: the viewer need not wait for an answer.
        guard case .hosting = state, sessions.count < configuration.sessions else {
            return send(.leave(session, .roomBusy), at: now)
        }
        sessions.append(ClientSession(identifier: session, current: session, ticket: ticket(of: permit)))
        events.append(.incoming(session, offer: offer, servers: servers, permit: permit))
    }

    private mutating func joined(
        _ session: SessionIdentifier, _ servers: [TraversalServer], _ permit: Permit?
    ) throws(SignalingFailure) {
        guard case .joining = state, sessions.isEmpty else { throw .unexpected }
        sessions.append(ClientSession(identifier: session, current: session, ticket: ticket(of: permit)))
        change(to: .inSession(session))
        events.append(.joined(session, servers: servers, permit: permit))
    }

    private mutating func ticket(of permit: Permit?) -> [UInt8] {
        if let ticket = permit?.ticket, !ticket.isEmpty { return ticket }
        return random.bytes(count: Self.ticketBytes)
    }

    private mutating func answered(_ session: SessionIdentifier, _ blob: [UInt8]) throws(SignalingFailure) {
        guard case .join = purpose, let index = index(ofCurrent: session), !sessions[index].isAnswered else {
            throw .unexpected
        }
        sessions[index].isAnswered = true
        events.append(.answered(sessions[index].identifier, blob))
    }

    private mutating func trickled(_ session: SessionIdentifier, _ blob: [UInt8]) throws(SignalingFailure) {
        guard let index = index(ofCurrent: session) else { throw .unknown }
        events.append(.trickled(sessions[index].identifier, blob))
    }

    private mutating func met(
        _ meeting: MeetingIdentifier, _ session: SessionIdentifier, _ servers: [TraversalServer]
    ) throws(SignalingFailure) {
        guard let index = sessions.firstIndex(where: { $0.meeting == meeting }) else {
            try enqueue(.leave(session, .noSuchSession))
            throw .unknown
        }
        sessions[index].current = session
        sessions[index].isWaiting = false
        events.append(.met(sessions[index].identifier, servers: servers))
        let kept = sessions[index].kept
        sessions[index].kept = []
        for blob in kept { try enqueue(.trickle(session, blob)) }
    }

    private mutating func left(_ session: SessionIdentifier, _ reason: Reason, at now: Instant) {
        guard let index = index(ofCurrent: session) else { return }
        let identifier = sessions[index].identifier
        if sessions[index].isAnswered, reason == .peerDisconnected || reason == .hostGone {
            // Only the signaling broke; the peers may well be talking to each other.
            sessions[index].current = nil
            events.append(.detached(identifier))
            return resumeMeetings(at: now)
        }
        sessions.remove(at: index)
        if case .inSession = state { change(to: .idle) }
        // A host that vanished before its answer may come back to its room.
        if case .join = purpose, reason == .hostGone, now < joinDeadline {
            deadlines[.request] = now + .seconds(1)
            events.append(.delayed(.joining, reason))
        } else {
            if left.count == configuration.sessions { left.removeFirst() }
            left.append((identifier, session))
            events.append(.ended(identifier, reason))
        }
    }

    private mutating func roomClosed(_ reason: Reason) throws(SignalingFailure) {
        guard case .hosting = state else { throw .unexpected }
        hasClosedRoom = true
        change(to: .idle)
        events.append(.roomClosed(reason))
    }

    /// The room is not to be had on this connection: by the path of another one, with a number of more digits where this
    /// one is somebody else's.
    private mutating func moveToAnotherRoom(at now: Instant) {
        guard case .hostRoom = purpose, sessions.isEmpty else {
            // Their signaling stays where it is.
            change(to: .idle)
            deadlines[.request] = now + configuration.roomRetry
            return
        }
        if connectedPath == urlPath {
            guard roomDigits < Self.mostRoomDigits else { return lose(.roomTaken, at: now) }
            roomDigits = min(roomDigits + 2, Self.mostRoomDigits)
            (room, token) = (drawRoom(), [])
        }
        events.append(.disconnect(.roomTaken))
        deadlines.removeAll()
        queue.removeAll()
        connect(at: now)
    }

    /// The server, or the way to it, was away: the host may be on its way back, too.
    private func isHostExpected(at now: Instant) -> Bool {
        guard wasLost, let openedAt else { return false }
        return now < openedAt + configuration.hostPatience
    }

    private mutating func refused(_ subject: Subject, _ reason: Reason, retryAfter: Interval, at now: Instant) {
        switch subject {
        // The server's word of a silence is about a connection that is over, of a machine that slept or was cut off.
        case .connection where retryAfter > .zero || reason == .timedOut:
            events.append(.delayed(subject, reason))
            lose(reason, at: now)
            if let deadline = deadlines[.reconnect] {
                // Wait as long as the server says, but never at one moment with all others.
                deadlines[.reconnect] = deadline + retryAfter
                change(to: .backingOff(until: deadline + retryAfter))
            }
        case .connection:
            events.append(.refused(subject, reason))
            end(reason)
        case .hosting where !isAnswerToNewest(): break
        case .hosting where reason == .roomTaken: moveToAnotherRoom(at: now)
        case .hosting, .joining:
            var retryAfter = retryAfter
            if reason == .noSuchRoom, isHostExpected(at: now) { retryAfter = .seconds(1) }
            let mayRetry = subject == .hosting || now + retryAfter < joinDeadline
            change(to: .idle)
            if retryAfter > .zero, mayRetry {
                deadlines[.request] = now + retryAfter
                events.append(.delayed(subject, reason))
            } else {
                events.append(.refused(subject, reason))
            }
        case .meeting(let meeting):
            guard let index = sessions.firstIndex(where: { $0.meeting == meeting }) else { return }
            sessions[index].isWaiting = false
            // What a policy forbids it will not allow later.
            guard reason != .forbidden else {
                sessions[index].meeting = nil
                return
            }
            deadlines[.meetings] = now + max(retryAfter, configuration.meetingRetry)
        case .session(let session):
            guard let index = index(ofCurrent: session) else { return }
            sessions[index].current = nil
            guard !sessions[index].isAnswered else {
                events.append(.detached(sessions[index].identifier))
                deadlines[.meetings] = now + configuration.meetingRetry
                return
            }
            let identifier = sessions.remove(at: index).identifier
            events.append(.ended(identifier, reason))
        }
    }
}

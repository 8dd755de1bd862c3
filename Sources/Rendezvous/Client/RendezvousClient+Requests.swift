import WireFormat

/// What the client asks of the server.
extension RendezvousClient {
    /// What a viewer asks for, for a transport that can take a message along while it is being opened, which saves a
    /// round trip; nil if there is nothing to ask for, or the transport is open.
    ///
    /// Tell `transportOpened` whether the transport took it.
    public var firstMessage: [UInt8]? {
        guard case .connecting = state, case .join(let venue, let offer) = purpose, sessions.isEmpty else { return nil }
        return try? SignalingMessage.join(venue, offer: offer).encoded()
    }

    /// Asks for what the purpose says, unless it is already had.
    ///
    /// - Parameter isAsked: `firstMessage` is with the server already.
    mutating func request(isAsked: Bool = false, at now: Instant) {
        // What went along with the request for the transport says nothing about the round trip.
        requestedAt = isAsked ? nil : now
        isChallenged = false
        hasTerms = false
        deadlines[.request] = nil
        switch purpose {
        case .hostRoom:
            guard !hasClosedRoom else { return change(to: .idle) }
            change(to: .registering)
            unansweredOpenings += 1
            send(.openRoom(room, token: token), at: now)
        case .hostIdentity(let host):
            guard !hasClosedRoom else { return change(to: .idle) }
            change(to: .registering)
            send(.register(host), at: now)
        case .join(let venue, let offer):
            if let session = sessions.first { return change(to: .inSession(session.identifier)) }
            change(to: .joining)
            if !isAsked { send(.join(venue, offer: offer), at: now) }
        }
    }

    /// Asks for every meeting that is wanted and not yet asked for.
    mutating func resumeMeetings(at now: Instant) {
        guard isOpen else { return }
        for index in sessions.indices where sessions[index].current == nil && !sessions[index].isWaiting {
            guard let meeting = sessions[index].meeting else { continue }
            sessions[index].isWaiting = true
            send(.resume(meeting, ticket: sessions[index].ticket), at: now)
        }
    }

    /// Sends; a queue that is full of unsent messages means a transport that takes none.
    mutating func send(_ message: SignalingMessage, at now: Instant) {
        do { try enqueue(message) } catch { lose(.tooSlow, at: now) }
    }

    mutating func enqueue(_ message: SignalingMessage) throws(SignalingFailure) {
        try queue.append(try message.encoded())
    }

    func index(of session: SessionIdentifier) throws(SignalingFailure) -> Int {
        guard let index = sessions.firstIndex(where: { $0.identifier == session }) else { throw .unknown }
        return index
    }

    /// The session that the server means.
    func index(ofCurrent session: SessionIdentifier) -> Int? { sessions.firstIndex { $0.current == session } }
}

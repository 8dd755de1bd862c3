import WireFormat

/// What the client asks of the server.
extension RendezvousClient {
    /// Asks for what the purpose says, unless it is already had.
    mutating func request(at now: Instant) {
        requestedAt = now
        switch purpose {
        case .hostRoom:
            guard !hasClosedRoom else { return change(to: .idle) }
            change(to: .registering)
            send(.openRoom(room, token: token), at: now)
        case .hostIdentity(let host):
            guard !hasClosedRoom else { return change(to: .idle) }
            change(to: .registering)
            send(.register(host), at: now)
        case .join(let venue, let offer):
            if let session = sessions.first { return change(to: .inSession(session.identifier)) }
            change(to: .joining)
            send(.join(venue, offer: offer), at: now)
        }
    }

    /// Asks for every meeting that is wanted and not yet asked for.
    mutating func resumeMeetings(at now: Instant) {
        guard isOpen else { return }
        for index in sessions.indices where sessions[index].current == nil && !sessions[index].isWaiting {
            guard let meeting = sessions[index].meeting else { continue }
            sessions[index].isWaiting = true
            send(.resume(meeting), at: now)
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

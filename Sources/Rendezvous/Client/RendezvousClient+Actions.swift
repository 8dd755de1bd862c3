import WireFormat

/// What the driver can do.
extension RendezvousClient {
    /// Answers a `challenge` event.
    public mutating func prove(_ proof: [UInt8]) throws(SignalingFailure) {
        guard case .proving = state else { throw .unexpected }
        try enqueue(.proof(proof))
    }

    /// Answers an `identityWanted` event.
    ///
    /// - Parameter key: nil tells nothing, and then the policy decides about whoever tells nothing.
    public mutating func identify(_ key: HostIdentifier?, proof: [UInt8]) throws(SignalingFailure) {
        guard case .join = purpose, isOpen, sessions.isEmpty else { throw .unexpected }
        try enqueue(.identity(key, proof: key == nil ? [] : proof))
    }

    /// Answers a `termsOffered` event, with an offer made under the terms, which from here on is the one that counts.
    public mutating func agree(offer: [UInt8]) throws(SignalingFailure) {
        guard case .join(let venue, _) = purpose, isOpen, sessions.isEmpty else { throw .unexpected }
        try enqueue(.agree(offer: offer))
        purpose = .join(venue, offer: offer)
    }

    /// Sends the host's answer to a session's offer.
    public mutating func answer(_ session: SessionIdentifier, _ blob: [UInt8]) throws(SignalingFailure) {
        let index = try index(of: session)
        guard let current = sessions[index].current, !sessions[index].isAnswered else { throw .unexpected }
        try enqueue(.answer(current, blob))
        sessions[index].isAnswered = true
    }

    /// Sends a blob to the peer; while the session is detached it waits for the meeting, the newest if there are many.
    public mutating func trickle(_ session: SessionIdentifier, _ blob: [UInt8]) throws(SignalingFailure) {
        let index = try index(of: session)
        guard blob.count <= SignalingLimits.blobBytes else { throw .tooLong }
        if let current = sessions[index].current { return try enqueue(.trickle(current, blob)) }
        if sessions[index].kept.count >= configuration.keptBlobs { sessions[index].kept.removeFirst() }
        sessions[index].kept.append(blob)
    }

    /// Names the secret meeting place of a session, derived by its handshake. From then on a session that loses its
    /// signaling gets it back by itself.
    public mutating func setMeeting(
        _ meeting: MeetingIdentifier, for session: SessionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        let index = try index(of: session)
        sessions[index].meeting = meeting
        resumeMeetings(at: now)
    }

    /// Tells the server a session's figures, if it is connected; nothing is kept for later.
    ///
    /// Report before `leave`: afterwards the session is forgotten. One that the other side left is not at once.
    public mutating func report(
        _ report: SessionReport, for session: SessionIdentifier
    ) throws(SignalingFailure) {
        let known = sessions.first { $0.identifier == session }.map { $0.current ?? session }
        guard let current = known ?? left.last(where: { $0.identifier == session })?.current else { throw .unknown }
        guard isOpen else { return }
        try enqueue(.report(current, report))
    }

    /// Ends a session's signaling, and tells the peer why.
    public mutating func leave(_ session: SessionIdentifier, _ reason: Reason) throws(SignalingFailure) {
        let index = try index(of: session)
        if let current = sessions[index].current { try enqueue(.leave(current, reason)) }
        sessions.remove(at: index)
        if case .inSession = state { change(to: .idle) }
    }

    /// Stops waiting for viewers; running sessions go on.
    public mutating func closeRoom(_ reason: Reason) throws(SignalingFailure) {
        guard !hasClosedRoom else { return }
        if isOpen { try enqueue(.closeRoom(reason)) }
        hasClosedRoom = true
        deadlines[.request] = nil
        switch state {
        case .hosting, .registering, .proving: change(to: .idle)
        default: break
        }
    }

    /// Leaves all sessions, closes the room and, when that is sent, the transport.
    public mutating func finish(_ reason: Reason) {
        guard finishing == nil else { return }
        finishing = reason
        if isOpen {
            for session in sessions {
                if let current = session.current { try? enqueue(.leave(current, reason)) }
            }
            if case .hosting = state { try? enqueue(.closeRoom(reason)) }
        }
        if !isOpen || queue.isEmpty { end(reason) }
    }
}

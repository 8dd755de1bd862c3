import WireFormat

/// Connections that come, go and fall silent.
extension RendezvousServer {
    /// A client's transport is open.
    ///
    /// Throws `refused` if the server or the client's address has as many as it may; the driver then closes the
    /// transport and need not call `disconnected`.
    ///
    /// - Parameter named: what the path of the client's URL names.
    public mutating func connected(
        _ connection: ConnectionIdentifier, from source: TransportAddress, naming named: Venue? = nil, at now: Instant
    ) throws(SignalingFailure) {
        guard connections[connection] == nil else { throw .unexpected }
        guard !isDraining else { throw refusal(.shuttingDown, source) }
        guard connections.count < configuration.connections else { throw refusal(.serverFull, source) }
        let key = SourceNetwork(source.ip)
        if sources[key] == nil {
            guard sources.count < configuration.sources else { throw refusal(.serverFull, source) }
            sources[key] = ServerSource()
            schedule(.source(key), at: now + configuration.connectRate.period)
        }
        guard sources[key]?.connections ?? 0 < configuration.connectionsPerSource,
            sources[key]?.connects.take(of: configuration.connectRate, at: now) == nil
        else { throw refusal(.rateLimited, source) }
        sources[key]?.connections += 1
        connections[connection] = ServerConnection(
            source: source, named: named, lastHeard: now,
            queue: MessageQueue(messageLimit: configuration.queueMessages, byteLimit: configuration.queueBytes))
        counters.connectionsTotal += 1
        schedule(.connection(connection), at: now + configuration.firstRequestTimeout)
        let seconds = UInt16(clamping: configuration.heartbeat.nanoseconds / 1_000_000_000)
        send(.welcome(heartbeatSeconds: seconds, source: source), to: connection)
    }

    /// A client's transport is closed, by whichever side.
    public mutating func disconnected(_ connection: ConnectionIdentifier, at now: Instant) {
        release(connection, at: now)
        settle(at: now)
        guard let gone = connections.removeValue(forKey: connection) else { return }
        if gone.isLeaving { leavingCount -= 1 }
        sources[SourceNetwork(gone.source.ip)]?.connections -= 1
    }

    /// Fires due timers.
    public mutating func advance(to now: Instant) {
        while let timer = timers.popDue(at: now) {
            switch timer {
            case .connection(let connection): checkSilence(connection, at: now)
            case .venue(let venue): checkAge(venue, at: now)
            case .session(let session): checkAnswer(session, at: now)
            case .viewer(let session): checkViewer(session, at: now)
            case .permit(let session): end(session, .expired, tellingAllBut: nil, at: now)
            case .meeting(let meeting): checkMeeting(meeting, at: now)
            case .source(let key): forgetSource(key, at: now)
            case .leaving(let connection): endLastWords(of: connection, at: now)
            }
        }
        settle(at: now)
    }

    /// Ends all that a connection had part in.
    mutating func release(_ connection: ConnectionIdentifier, at now: Instant) {
        guard let state = connections[connection] else { return }
        if case .open(let venue) = state.hosting { close(venue, .hostGone, at: now) }
        connections[connection]?.hosting = .none
        for session in state.sessions {
            let isHost = sessions[session]?.host == connection && sessions[session]?.introduction.venue != nil
            end(session, isHost ? .hostGone : .peerDisconnected, tellingAllBut: connection, at: now)
        }
        for meeting in state.meetings where meetings[meeting]?.connection == connection { meetings[meeting] = nil }
        connections[connection]?.meetings = []
    }

    /// Tells a connection that it must go, and the driver to close it.
    mutating func drop(
        _ connection: ConnectionIdentifier, _ reason: Reason, retryAfterSeconds: UInt16 = 0, at now: Instant
    ) {
        guard let state = connections[connection], !state.isClosing else { return }
        release(connection, at: now)
        if reason != .tooSlow {
            send(.refused(.connection, reason, retryAfterSeconds: retryAfterSeconds), to: connection)
        }
        connections[connection]?.isClosing = true
        count(.connection, reason, state.source)
        events.append(.close(connection, reason))
    }

    /// Queues a message; a connection whose queue is full is dropped for being too slow.
    mutating func send(_ message: SignalingMessage, to connection: ConnectionIdentifier) {
        guard let state = connections[connection], !state.isClosing, let bytes = try? message.encoded() else { return }
        do {
            try connections[connection]?.queue.append(bytes)
        } catch {
            overflowed.append(connection)
            return
        }
        guard !state.isReady else { return }
        connections[connection]?.isReady = true
        ready.append(connection)
    }

    mutating func count(_ subject: Subject, _ reason: Reason, _ source: TransportAddress) {
        counters.countRefusal(reason)
        events.append(.refused(subject, reason, source: source))
    }

    private mutating func refusal(_ reason: Reason, _ source: TransportAddress) -> SignalingFailure {
        count(.connection, reason, source)
        return .refused(reason)
    }

    private mutating func checkSilence(_ connection: ConnectionIdentifier, at now: Instant) {
        guard let state = connections[connection], !state.isClosing else { return }
        guard state.hasAsked else { return drop(connection, .timedOut, at: now) }
        let limit = state.lastHeard + configuration.heartbeat * 3
        if limit <= now { drop(connection, .timedOut, at: now) } else { schedule(.connection(connection), at: limit) }
    }

    private mutating func forgetSource(_ key: SourceNetwork, at now: Instant) {
        guard let source = sources[key] else { return }
        if source.connections == 0, source.forgetAt <= now {
            sources[key] = nil
        } else {
            schedule(.source(key), at: max(source.forgetAt, now + configuration.connectRate.period))
        }
    }
}

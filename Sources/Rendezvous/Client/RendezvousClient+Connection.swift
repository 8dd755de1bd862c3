import WireFormat

/// Opening, losing and opening again of the transport.
extension RendezvousClient {
    /// The driver has opened the transport that `connect` asked for.
    ///
    /// - Parameter isFirstMessageTaken: the server has got `firstMessage`.
    public mutating func transportOpened(isFirstMessageTaken: Bool = false, at now: Instant) {
        guard case .connecting = state else { return }
        change(to: .greeting)
        openedAt = now
        // Two round trips at least, for TCP and HTTP; TLS makes it three, and then this is a careful estimate.
        if isFirstMessageTaken, roundTrip == nil, let connectingAt {
            roundTrip = Interval(nanoseconds: (now - connectingAt).nanoseconds / 2)
        }
        deadlines[.connect] = nil
        deadlines[.welcome] = now + configuration.welcomeTimeout
        // Without waiting for the welcome: the request is on its way one round trip earlier.
        request(isAsked: isFirstMessageTaken, at: now)
        change(to: .greeting)
        resumeMeetings(at: now)
    }

    /// The transport's first round trip is over: the server's address has answered.
    public mutating func transportReached(at now: Instant) {
        guard case .connecting = state, let connectingAt else { return }
        roundTrip = now - connectingAt
    }

    /// The transport could not be opened, or is lost.
    ///
    /// - Parameter isUnknown: the answer to the request was that there is nothing at this path (HTTP's 404): of several
    ///   servers behind one name, none has a host that waits there.
    public mutating func transportClosed(isUnknown: Bool = false, at now: Instant) {
        switch state {
        case .finished, .backingOff: return
        case .connecting where isUnknown && !insistsOnServer && sessions.isEmpty:
            insistsOnServer = true
            connect(at: now)
        default: backOff(at: now)
        }
    }

    /// Fires due timers.
    public mutating func advance(to now: Instant) {
        while let timer = deadlines.popDue(at: now) {
            switch timer {
            case .connect, .welcome, .silence: lose(.timedOut, at: now)
            case .heartbeat: ping(at: now)
            case .reconnect: connect(at: now)
            case .request: request(at: now)
            case .meetings: resumeMeetings(at: now)
            }
        }
    }

    mutating func connect(at now: Instant) {
        change(to: .connecting)
        unansweredOpenings = 0
        connectingAt = now
        // Whoever connects before its time is up need not do so again when it is.
        deadlines[.reconnect] = nil
        deadlines[.connect] = now + configuration.connectTimeout
        connectedPath = urlPath
        events.append(.connect(path: connectedPath))
    }

    /// Gives the transport up and tries again later.
    mutating func lose(_ reason: Reason, at now: Instant) {
        events.append(.disconnect(reason))
        backOff(at: now)
    }

    /// Ends the client for good.
    mutating func end(_ reason: Reason) {
        guard state != .finished(reason) else { return }
        deadlines.removeAll()
        queue.removeAll()
        sessions = []
        let wasOpen = isOpen || state == .connecting
        change(to: .finished(reason))
        if wasOpen { events.append(.disconnect(reason)) }
        events.append(.finished(reason))
    }

    private mutating func backOff(at now: Instant) {
        if let finishing { return end(finishing) }
        if let openedAt, now - openedAt >= configuration.steadyAfter { attempts = 0 }
        openedAt = nil
        wasLost = true
        insistsOnServer = false
        deadlines.removeAll()
        queue.removeAll()
        detachSessions(at: now)
        let doublings = Int64(min(attempts, 16))
        let ceiling = isNeeded ? configuration.neededCeiling : configuration.backoffCeiling
        attempts += 1
        wait(atMost: min(Interval(nanoseconds: configuration.backoffFloor.nanoseconds << doublings), ceiling), at: now)
    }

    /// Half of the wait is random: hosts that lost one server do not come back to it in one moment.
    private mutating func wait(atMost span: Interval, at now: Instant) {
        let half = UInt64(max(2, span.nanoseconds)) / 2
        let end = now + Interval(nanoseconds: Int64(half + random.next() % half))
        deadlines[.reconnect] = end
        change(to: .backingOff(until: end))
    }

    /// Says whether a session has no path, and so needs signaling soon. A transport that seems open may have died with
    /// the path.
    public mutating func setNeeded(_ isNeeded: Bool, at now: Instant) {
        guard self.isNeeded != isNeeded else { return }
        self.isNeeded = isNeeded
        guard isNeeded else { return }
        switch state {
        case .backingOff(let until) where until > now + configuration.neededCeiling:
            wait(atMost: configuration.neededCeiling, at: now)
        case .registering, .proving, .hosting, .joining, .inSession, .idle:
            if heardAt + configuration.signAge <= now { expectSign(within: configuration.neededPatience, at: now) }
        case .connecting, .greeting, .backingOff, .finished: break
        }
    }

    /// The network may be back, or be another one: what waits is tried at once, and a transport that seems open is asked
    /// whether it is.
    public mutating func networkChanged(at now: Instant) {
        switch state {
        case .finished: return
        case .backingOff:
            attempts = 0
            connect(at: now)
        case .connecting:
            // What left before the change may have been lost, and TCP is slow to send it again.
            guard let connectingAt, now - connectingAt >= configuration.changePatience else { return }
            events.append(.disconnect(.timedOut))
            connect(at: now)
        case .greeting: return
        case .registering, .proving, .hosting, .joining, .inSession, .idle:
            expectSign(within: configuration.changePatience, at: now)
        }
    }

    private mutating func expectSign(within patience: Interval, at now: Instant) {
        ping(at: now)
        guard isOpen else { return }
        deadlines[.silence] = min(deadlines[.silence] ?? .distantFuture, now + patience)
    }

    private mutating func ping(at now: Instant) {
        pings &+= 1
        requestedAt = now
        if (try? enqueue(.ping(pings))) == nil {
            lose(.tooSlow, at: now)
        } else {
            deadlines[.heartbeat] = now + heartbeat
        }
    }

    /// A viewer that has no answer yet asks again when the transport is back.
    private mutating func detachSessions(at now: Instant) {
        let asksAgain = if case .join = purpose { now < joinDeadline } else { false }
        for index in sessions.indices {
            let wasAttached = sessions[index].current != nil
            sessions[index].current = nil
            sessions[index].isWaiting = false
            guard wasAttached, sessions[index].isAnswered || !asksAgain else { continue }
            events.append(
                sessions[index].isAnswered
                    ? .detached(sessions[index].identifier) : .ended(sessions[index].identifier, .peerDisconnected))
        }
        sessions.removeAll { !$0.isAnswered }
    }
}

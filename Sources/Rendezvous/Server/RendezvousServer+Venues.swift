import WireFormat

/// Hosts that wait.
extension RendezvousServer {
    /// Answers `challengeNeeded`: the bytes from which the host makes its proof.
    public mutating func challenge(_ connection: ConnectionIdentifier, _ bytes: [UInt8], at now: Instant) {
        guard case .challenging(let host)? = connections[connection]?.hosting else { return }
        connections[connection]?.hosting = .challenged(host, challenge: bytes)
        send(.challenge(bytes), to: connection)
        settle(at: now)
    }

    /// Answers `verify`.
    public mutating func resolve(_ connection: ConnectionIdentifier, isValid: Bool, at now: Instant) {
        guard case .verifying(let host)? = connections[connection]?.hosting else { return }
        connections[connection]?.hosting = .none
        if isValid {
            register(.host(host), for: connection, at: now)
        } else {
            refuse(connection, .hosting, .badProof)
        }
        settle(at: now)
    }

    /// Answers `standbyNeeded`.
    public mutating func standBy(_ connection: ConnectionIdentifier, servers: [TraversalServer], at now: Instant) {
        guard case .open? = connections[connection]?.hosting, !servers.isEmpty else { return }
        send(.standby(servers: Array(servers.prefix(SignalingLimits.servers))), to: connection)
        settle(at: now)
    }

    mutating func openRoom(
        _ wanted: RoomNumber?, token: [UInt8], for connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        try mayHost(connection)
        if isDraining { return dismissSoon(connection, at: now) }
        if let wait = takeOpening(connection, at: now) {
            return refuse(connection, .hosting, .rateLimited, retryAfter: wait)
        }
        let isElsewhere = configuration.opensNamedRoomsOnly && connections[connection]?.named != wanted.map(Venue.room)
        if let wanted, !isElsewhere, isAvailable(wanted, token: token, to: connection) {
            return open(.room(wanted), token: token, for: connection, again: !token.isEmpty, at: now)
        }
        if wanted != nil, configuration.opensNamedRoomsOnly { return refuse(connection, .hosting, .roomTaken) }
        guard venues.count < configuration.venues, let number = freeNumber() else {
            return refuse(connection, .hosting, .serverFull, retryAfter: .seconds(60))
        }
        open(.room(number), for: connection, again: false, at: now)
    }

    mutating func register(
        _ host: HostIdentifier, for connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        try mayHost(connection)
        if isDraining { return dismissSoon(connection, at: now) }
        if let wait = takeOpening(connection, at: now) {
            return refuse(connection, .hosting, .rateLimited, retryAfter: wait)
        }
        connections[connection]?.hosting = .challenging(host)
        events.append(.challengeNeeded(connection, host))
    }

    mutating func proof(_ proof: [UInt8], from connection: ConnectionIdentifier) throws(SignalingFailure) {
        guard case .challenged(let host, let challenge)? = connections[connection]?.hosting else { throw .unexpected }
        connections[connection]?.hosting = .verifying(host)
        events.append(.verify(connection, host, challenge: challenge, proof: proof))
    }

    mutating func closeRoom(_ reason: Reason, from connection: ConnectionIdentifier, at now: Instant) {
        if case .open(let venue)? = connections[connection]?.hosting { close(venue, reason, at: now) }
        connections[connection]?.hosting = .none
    }

    /// Takes a venue from its host and remembers why it is closed.
    mutating func close(_ venue: Venue, _ reason: Reason, at now: Instant) {
        guard case .open(let open)? = venues[venue] else { return }
        let until = now + configuration.quarantine
        venues[venue] = .closed(token: open.token, reason, until: until)
        counters.waitingHosts -= 1
        schedule(.venue(venue), at: until)
        events.append(.closed(venue, reason))
    }

    mutating func checkAge(_ venue: Venue, at now: Instant) {
        switch venues[venue] {
        case .closed(_, _, let until)? where until <= now: venues[venue] = nil
        case .open(let open)?:
            guard let closesAt = open.closesAt, closesAt <= now else { return }
            close(venue, .expired, at: now)
            connections[open.connection]?.hosting = .none
            send(.roomClosed(.expired), to: open.connection)
        default: break
        }
    }

    private func mayHost(_ connection: ConnectionIdentifier) throws(SignalingFailure) {
        guard case .none? = connections[connection]?.hosting else { throw .unexpected }
    }

    /// Counts an opening against the source's limit; the wait if it is beyond it.
    private mutating func takeOpening(_ connection: ConnectionIdentifier, at now: Instant) -> Interval? {
        guard let source = connections[connection]?.source else { return nil }
        return sources[SourceNetwork(source.ip)]?.opens.take(of: configuration.openRate, at: now)
    }

    /// Free, or closed or still open and wanted back by who has its token. What its host asked for by a connection that it
    /// has given up since may come late: the newer one keeps the room.
    private func isAvailable(_ room: RoomNumber, token: [UInt8], to connection: ConnectionIdentifier) -> Bool {
        switch venues[.room(room)] {
        case nil: venues.count < configuration.venues && (!token.isEmpty || isSparse(below: room.nextPowerOfTen))
        case .open(let open)?: !token.isEmpty && open.token == token && open.connection.value < connection.value
        case .closed(let old, let reason, _)?: !token.isEmpty && old == token && reason == .hostGone
        }
    }

    /// At most half of the numbers below are in use, or would be if all were there.
    private func isSparse(below limit: UInt64) -> Bool { UInt64(venues.count) * 2 <= max(limit, 100) }

    /// A number at random among so few that it stays short, and so many that few are taken: a mistyped number then
    /// seldom leads to a stranger's room. Numbers that were in use lately are not given.
    private mutating func freeNumber() -> RoomNumber? {
        var limit: UInt64 = 100
        while !isSparse(below: limit) { limit *= 10 }
        for _ in 0..<256 {
            guard let number = RoomNumber(UInt32(truncatingIfNeeded: 1 + random.next() % (limit - 1))) else { continue }
            if venues[.room(number)] == nil { return number }
        }
        return nil
    }

    private mutating func register(_ venue: Venue, for connection: ConnectionIdentifier, at now: Instant) {
        guard venues[venue] != nil || venues.count < configuration.venues else {
            return refuse(connection, .hosting, .serverFull, retryAfter: .seconds(60))
        }
        open(venue, for: connection, again: venues[venue] != nil, at: now)
    }

    /// - Parameter token: what the host has of an earlier opening. It keeps it: an answer with another one may be lost, and
    ///   the host would come back with one that opens nothing.
    private mutating func open(
        _ venue: Venue, token shown: [UInt8] = [], for connection: ConnectionIdentifier, again: Bool, at now: Instant
    ) {
        guard let source = connections[connection]?.source else { return }
        var joins = RateMeter()
        if case .open(let old)? = venues[venue] {
            // The same host by another connection; the old one is most likely dead and not known to be.
            joins = old.joins
            connections[old.connection]?.hosting = .none
            send(.roomClosed(.replaced), to: old.connection)
        } else {
            counters.waitingHosts += 1
        }
        var token: [UInt8] = []
        var closesAt: Instant?
        if case .room = venue {
            token = shown.isEmpty ? random.bytes(count: SignalingLimits.tokenBytes) : shown
            closesAt = now + configuration.roomLifetime
        }
        venues[venue] = .open(OpenVenue(connection: connection, token: token, closesAt: closesAt, joins: joins))
        if let closesAt { schedule(.venue(venue), at: closesAt) }
        connections[connection]?.hosting = .open(venue)
        send(.hosting(venue, token: token), to: connection)
        events.append(.opened(venue, source: source, again: again))
        events.append(.standbyNeeded(connection, venue, source: source))
    }
}

import STUN
import TURN
import WireFormat

/// Allocations on TURN servers (RFC 8656).
extension Agent {
    func relay(_ identifier: UInt16) -> Relay? { relays.first { $0.identifier == identifier } }

    private func relayIndex(_ identifier: UInt16) -> Int? { relays.firstIndex { $0.identifier == identifier } }

    mutating func allocate(from socket: LocalSocket, on server: Server, at now: Instant) {
        guard var client = makeClient(from: socket, on: server, at: now) else { return }
        client.start(at: now)
        relays.append(
            Relay(identifier: takeBaseIdentifier(), socket: socket.identifier, server: server, client: client))
        isGathering = true
        relaysHaveOutput = true
        refreshRelaysDeadline()
    }

    private mutating func makeClient(from socket: LocalSocket, on server: Server, at now: Instant) -> TURN.Client? {
        guard case .turn(let username, let password) = server.service else { return nil }
        let configuration = TURN.Client.Configuration(
            server: server.address, transport: server.transport, username: username, password: password,
            family: server.address.ip.isIPv4 ? nil : .ipv6, retransmission: Self.serverPolicy,
            peerLimit: limits.pairs)
        return TURN.Client(configuration: configuration, local: socket.address, random: random.fork(), now: now)
    }

    mutating func refreshRelaysDeadline() {
        relaysDeadline = .distantFuture
        for relay in relays { lower(&relaysDeadline, to: relay.deadline) }
    }

    mutating func advanceRelays(to now: Instant) {
        for index in relays.indices where relays[index].deadline <= now {
            relays[index].client.advance(to: now)
            relays[index].challenger?.advance(to: now)
            if case .failed(let retryAt) = relays[index].state, retryAt <= now { reallocate(index, at: now) }
            if let challengeAt = relays[index].challengeAt, challengeAt <= now { challenge(index, at: now) }
        }
        drainRelays(at: now)
    }

    /// Takes the clients' events, and notes that they may have packets and other deadlines.
    mutating func drainRelays(at now: Instant) {
        relaysHaveOutput = true
        var index = 0
        while index < relays.count {
            let identifier = relays[index].identifier
            while index < relays.count, relays[index].identifier == identifier,
                let event = relays[index].client.pollEvent()
            {
                handle(event, of: identifier, at: now)
            }
            while index < relays.count, relays[index].identifier == identifier,
                let event = relays[index].challenger?.pollEvent()
            {
                handleChallenger(event, of: identifier, at: now)
            }
            if index < relays.count, relays[index].identifier == identifier { index += 1 }
        }
        refreshRelaysDeadline()
    }

    private mutating func handle(_ event: TURN.Client.Event, of identifier: UInt16, at now: Instant) {
        guard let index = relayIndex(identifier) else { return }
        switch event {
        case .allocated(let relayed, let mapped): noteAllocation(index, relayed, mapped, at: now)
        case .permissionRefused(let ip, _): noteRefusal(of: ip, by: .relay(identifier), at: now)
        case .failed(let reason): noteFailure(index, reason, at: now)
        case .deallocated: relays.remove(at: index)
        case .permissionInstalled, .channelBound, .channelRefused: break
        }
    }

    private mutating func noteAllocation(
        _ index: Int, _ relayed: TransportAddress, _ mapped: TransportAddress, at now: Instant
    ) {
        let relay = relays[index]
        let preference = ~CandidatePriority.socketPreference & (0x7FFF - relay.identifier & 0x7FFF)
        let candidate = Candidate(
            kind: .relayed, address: relayed,
            priority: CandidatePriority.candidate(.relayed, localPreference: preference),
            foundation: Candidate.foundation(
                kind: .relayed, base: relayed.ip, server: relay.server.address.ip, transport: .udp))
        relays[index].state = .allocated(candidate)
        relays[index].failures = 0
        offerReflexive(mapped, socket: relay.socket, server: relay.server)
        offer(candidate, base: .relay(relay.identifier))
        for remote in remoteCandidates.indices {
            formPair(of: .relay(relay.identifier), and: remoteCandidates[remote].candidate, at: now)
        }
        wakePacer(at: now)
    }

    private mutating func noteFailure(_ index: Int, _ reason: TURN.Client.EndReason, at now: Instant) {
        let relay = relays[index]
        emit(.serverFailed(relay.server, reason.summary))
        relays[index].challenger = nil
        relays[index].challengeAt = nil
        relays[index].state = .failed(retryAt: now + relay.backOff)
        relays[index].failures += 1
        forget(.relay(relay.identifier), at: now)
    }

    private mutating func forget(_ base: Base, at now: Instant) {
        localCandidates.removeAll { $0.base == base }
        removePairs(at: now) { $0.base == base }
    }

    /// Another try, in the place of the failed one. A new allocation is a new base.
    private mutating func reallocate(_ index: Int, at now: Instant) {
        let old = relays[index]
        guard let socket = socket(old.socket), var client = makeClient(from: socket, on: old.server, at: now) else {
            relays[index].state = .releasing
            return
        }
        client.start(at: now)
        relays[index] = Relay(
            identifier: takeBaseIdentifier(), socket: old.socket, server: old.server, client: client,
            failures: old.failures)
    }

    // MARK: A server that was restarted

    /// Nothing comes through an allocation any more: see whether the server still has it.
    mutating func noteSilentRelay(_ base: Base, at now: Instant) {
        guard case .relay(let identifier) = base, let index = relayIndex(identifier),
            relays[index].challengeAt == nil, relays[index].challenger == nil, relays[index].candidate != nil,
            !hasHealthyPair(base)
        else { return }
        relays[index].challengeAt = now
        lower(&relaysDeadline, to: now)
    }

    private func hasHealthyPair(_ base: Base) -> Bool {
        pairs.contains { $0.base == base && ($0.validity?.rank ?? 0) > 0 }
    }

    private mutating func challenge(_ index: Int, at now: Instant) {
        relays[index].challengeAt = nil
        guard relays[index].candidate != nil, !hasHealthyPair(.relay(relays[index].identifier)),
            let socket = socket(relays[index].socket),
            var client = makeClient(from: socket, on: relays[index].server, at: now)
        else { return }
        client.start(at: now)
        relays[index].challenger = client
        relaysHaveOutput = true
    }

    private mutating func handleChallenger(_ event: TURN.Client.Event, of identifier: UInt16, at now: Instant) {
        guard let index = relayIndex(identifier), let challenger = relays[index].challenger else { return }
        switch event {
        case .allocated(let relayed, let mapped):
            forget(.relay(identifier), at: now)
            relays[index] = Relay(
                identifier: takeBaseIdentifier(), socket: relays[index].socket, server: relays[index].server,
                client: challenger)
            isGathering = true
            noteAllocation(index, relayed, mapped, at: now)
        case .failed(let reason):
            relays[index].challenger = nil
            if reason == .refused(.allocationMismatch) {
                relays[index].challengeAt = now + Relay.challengeInterval
                return
            }
            relays[index].challengeAt = now + relays[index].backOff
            relays[index].failures += 1
            emit(.serverFailed(relays[index].server, reason.summary))
        case .permissionInstalled, .permissionRefused, .channelBound, .channelRefused, .deallocated: break
        }
    }

    // MARK: Peers

    /// Lets packets between a relayed pair's two ends pass. The pair can be checked at once, for the request for the
    /// permission leaves before the check does.
    mutating func requestPermission(for index: Int, at now: Instant) {
        guard case .relay(let identifier) = pairs[index].base, let relay = relayIndex(identifier) else { return }
        if relays[relay].client.permit(pairs[index].remote.address, at: now) { pairs[index].isPermitted = true }
        relaysHaveOutput = true
        lower(&relaysDeadline, to: relays[relay].deadline)
    }

    /// A server that refuses an address refuses it for all pairs. Not so its own address, of which it lets live
    /// relayed ports pass only: the newest pair asks once more, the others with their next check.
    private mutating func noteRefusal(of ip: IPAddress, by base: Base, at now: Instant) {
        let concerned = pairs.indices.filter {
            pairs[$0].base == base && pairs[$0].remote.address.ip == ip && !pairs[$0].isValid
        }
        guard concerned.count > 1, let newest = concerned.last else {
            for index in concerned { fail(index, at: now) }
            return
        }
        if !pairs[newest].isRefused { requestPermission(for: newest, at: now) }
        pairs[newest].isRefused = true
    }

    /// A channel spares a valid pair's packets 32 bytes each.
    mutating func bindChannel(_ index: Int, at now: Instant) {
        guard case .relay(let identifier) = pairs[index].base, let relay = relayIndex(identifier) else { return }
        relays[relay].client.bindChannel(to: pairs[index].remote.address, at: now)
        relaysHaveOutput = true
        lower(&relaysDeadline, to: relays[relay].deadline)
    }

    /// Wraps a packet for a relay.
    mutating func relayed(
        _ payload: Span<UInt8>, through identifier: UInt16, to peer: TransportAddress,
        into packet: inout OutputSpan<UInt8>, at now: Instant
    ) -> Path? {
        guard let index = relayIndex(identifier) else { return nil }
        return relays[index].client.send(payload, to: peer, into: &packet, at: now)
    }

    /// The next packet of a TURN client of ours.
    mutating func pollRelays(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        for index in relays.indices {
            if let path = relays[index].client.pollTransmit(into: &packet, at: now) { return path }
            if let path = relays[index].challenger?.pollTransmit(into: &packet, at: now) { return path }
        }
        relaysHaveOutput = false
        return nil
    }

    // MARK: The end

    /// Gives back allocations on servers that are not wanted any more, unless data flows over them.
    mutating func releaseUnusedRelays(at now: Instant) {
        let base = selected.flatMap { index(of: $0) }.map { pairs[$0].base }
        let unwanted = relays.filter { relay in
            base != .relay(relay.identifier) && !servers.contains { $0.isSamePlace(as: relay.server) }
        }
        for relay in unwanted { release(relay.identifier, at: now) }
    }

    private mutating func release(_ identifier: UInt16, at now: Instant) {
        guard let index = relayIndex(identifier) else { return }
        if case .releasing = relays[index].state { return }
        let hasEnded = if case .failed = relays[index].state { true } else { false }
        relays[index].state = .releasing
        relays[index].challenger = nil
        relays[index].challengeAt = nil
        relays[index].client.deallocate(at: now)
        if hasEnded { relays.remove(at: index) }
        forget(.relay(identifier), at: now)
        drainRelays(at: now)
    }

    /// The session is over: gives all allocations back. What `pollTransmit` still has should be sent.
    public mutating func close(at now: Instant) {
        servers = []
        tasks = []
        isPacing = false
        checks = Queue(limit: checks.limit)
        responses = Queue(limit: responses.limit)
        selected = nil
        pairs = []
        searchAt = nil
        failAt = nil
        for identifier in relays.map(\.identifier) { release(identifier, at: now) }
        sockets = []
        removeAllTimers()
    }

    private mutating func removeAllTimers() {
        pairsDeadline = .distantFuture
        previousEndsAt = nil
        probes.removeAll { _ in true }
    }
}

extension TURN.Client.EndReason {
    var summary: Agent.ServerFailure {
        switch self {
        case .timeout, .connectionLost: .timeout
        case .wrongCredentials: .refused(401)
        case .refused(let code): .refused(Int(code.rawValue))
        case .redirected: .refused(300)
        case .badAnswer: .refused(0)
        }
    }
}

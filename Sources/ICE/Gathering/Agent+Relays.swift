import STUN
import TURN
import WireFormat

/// Allocations on TURN servers (RFC 8656).
extension Agent {
    func relay(_ identifier: UInt16) -> Relay? { relays.first { $0.identifier == identifier } }

    func relayIndex(_ identifier: UInt16) -> Int? { relays.firstIndex { $0.identifier == identifier } }

    /// Without a family a server relays IPv4, whatever it is reached over: from an IPv6-only network that is what leads to
    /// peers that have IPv4 only.
    mutating func makeClient(
        from socket: LocalSocket, on server: Server, wantsIPv6: Bool = false, at now: Instant
    ) -> TURN.Client? {
        guard case .turn(let username, let password) = server.service else { return nil }
        var configuration = TURN.Client.Configuration(
            server: server.address, transport: server.transport, username: username, password: password,
            family: wantsIPv6 ? .ipv6 : nil, retransmission: Self.serverPolicy,
            peerLimit: limits.pairs)
        configuration.challenge = server.challenge
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
            if case .failed(let retryAt) = relays[index].state, retryAt <= now { retry(index, at: now) }
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
        case .permissionInstalled(let ip): notePermission(for: ip, by: .relay(identifier))
        case .permissionRefused(let ip, _): noteRefusal(of: ip, by: .relay(identifier), at: now)
        case .failed(let reason): noteFailure(index, reason, at: now)
        case .deallocated: relays.remove(at: index)
        case .channelBound, .channelRefused, .allocatedAlso, .additionalFamilyRefused, .reserved, .moved: break
        }
    }

    mutating func noteAllocation(
        _ index: Int, _ relayed: TransportAddress, _ mapped: TransportAddress, at now: Instant
    ) {
        let relay = relays[index]
        let preference = CandidatePriority.relayPreference(relay.identifier, over: relay.server.transport)
        let candidate = Candidate(
            kind: .relayed, address: relayed,
            priority: CandidatePriority.candidate(.relayed, localPreference: preference),
            foundation: Candidate.foundation(
                kind: .relayed, base: relayed.ip, server: relay.server.address.ip, transport: .udp))
        relays[index].state = .allocated(candidate)
        relays[index].failures = 0
        relays[index].unanswered = []
        if relay.server.transport == .udp {
            traversal.observations.note(mapped, of: relay.socket, by: relay.server.address)
        }
        offerReflexive(mapped, socket: relay.socket, server: relay.server)
        offer(candidate, base: .relay(relay.identifier))
        for remote in remoteCandidates.indices {
            formPair(of: .relay(relay.identifier), and: remoteCandidates[remote].candidate, at: now)
        }
        permitNeighbours(of: index, relayed, at: now)
        wakePacer(at: now)
    }

    /// Lets other relayed addresses of the same server through: the peer mostly has one, and its first check from there
    /// would else be lost, since it comes before the peer's candidates do. A server lets only live relayed addresses of
    /// its own pass, and asks for one: ours will do. One that refuses changes nothing.
    private mutating func permitNeighbours(of index: Int, _ relayed: TransportAddress, at now: Instant) {
        relays[index].client.permit(relayed, at: now)
        relaysHaveOutput = true
        lower(&relaysDeadline, to: relays[index].deadline)
    }

    private mutating func noteFailure(_ index: Int, _ reason: TURN.Client.EndReason, at now: Instant) {
        let relay = relays[index]
        if reason == .refused(.addressFamilyNotSupported), !relay.wantsIPv6 {
            relays[index].wantsIPv6 = true
            return reallocate(index, at: now)
        }
        let isTaken = if case .allocating = relay.state { reason.isTaken } else { relay.isTaken }
        emit(.serverFailed(relay.server, reason.summary))
        if let challenger = relay.unansweredChallenger { relays[index].noteUnanswered(challenger.configuration) }
        relays[index].unansweredChallenger = nil
        if reason == .timeout { relays[index].noteUnanswered(relay.client.configuration) }
        relays[index].isTaken = isTaken
        relays[index].challenger = nil
        relays[index].challengeAt = nil
        relays[index].state = .failed(retryAt: now + relay.backOff(hasPeer: current.remote != nil))
        relays[index].failures += 1
        forget(.relay(relay.identifier), at: now)
        if reason == .timeout || isTaken { giveUpConnection(over: relay.path) }
        startWaitingRelays(at: now)
    }

    /// A connection over which a server does not answer, or thinks that it has: another one is better.
    mutating func giveUpConnection(over path: Path) {
        if path.transport != .udp { emit(.serverConnectionFailed(path)) }
    }

    /// Another try, after what is left of an earlier one was given back.
    private mutating func retry(_ index: Int, at now: Instant) {
        if reclaim(index, at: now) {
            relays[index].state = .failed(retryAt: .distantFuture)
        } else {
            reallocate(index, at: now)
        }
    }

    mutating func forget(_ base: Base, at now: Instant) {
        localCandidates.removeAll { $0.base == base }
        removePairs(at: now) { $0.base == base }
    }

    /// Another try, in the place of the failed one. A new allocation is a new base.
    private mutating func reallocate(_ index: Int, at now: Instant) {
        guard renewRelay(index, at: now) else {
            relays[index].state = .releasing
            return
        }
        startWaitingRelays(at: now)
    }
}

extension TURN.Client.EndReason {
    /// The server has an allocation for our address already, of ours (437) or of our former credentials (441).
    var isTaken: Bool { self == .refused(.allocationMismatch) || self == .refused(.wrongCredentials) }

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

import STUN
import WireFormat

/// Candidates of our own (RFC 8445 section 5.1.1).
extension Agent {
    /// A socket that the driver has bound, by the address it reports as `Path.local`; gathering starts from it.
    /// Nothing happens if it is known already or the limit is reached.
    ///
    /// A connection to a TURN server over TCP or TLS is a socket too: the driver connects it, takes the bytes apart
    /// into frames, and adds it with its transport; it serves allocations only.
    ///
    /// - Parameter server: the other end of such a connection; without it, it is taken to lead to any server of its
    ///   transport.
    public mutating func addSocket(
        _ local: TransportAddress, transport: TransportProtocol = .udp, server: TransportAddress? = nil,
        at now: Instant
    ) {
        guard sockets.count(where: { !$0.isPunched }) < limits.sockets, socketIndex(local, transport) == nil else {
            return
        }
        let relatives = sockets.filter {
            !$0.isPunched && $0.address.ip.isIPv4 == local.ip.isIPv4 && $0.transport == transport
        }
        let rank = relatives.map(\.rank).max().map { $0 &+ 1 } ?? 0
        let socket = LocalSocket(
            identifier: takeBaseIdentifier(), address: local, transport: transport, rank: rank, server: server)
        sockets.append(socket)
        gather(from: socket, at: now)
        for index in remoteCandidates.indices {
            formPair(of: .socket(socket.identifier), and: remoteCandidates[index].candidate, at: now)
        }
        wakePacer(at: now)
        if transport == .udp {
            renewTraversal(at: now)
            considerListener(at: now)
        }
    }

    /// A socket that is gone, with its allocations and pairs; with the last one of an address its TCP ports go too.
    public mutating func removeSocket(
        _ local: TransportAddress, transport: TransportProtocol = .udp, at now: Instant
    ) {
        guard let index = socketIndex(local, transport) else { return }
        let socket = sockets.remove(at: index)
        tasks.removeAll { task in
            switch task {
            case .binding(let number, _), .allocation(let number, _): number == socket.identifier
            }
        }
        probes.removeAll { $0.content.socket == socket.identifier }
        let bases =
            [.socket(socket.identifier)]
            + relays.filter { $0.socket == socket.identifier }.map { Base.relay($0.identifier) }
        relays.removeAll { $0.socket == socket.identifier }
        refreshRelaysDeadline()
        startWaitingRelays(at: now)
        localCandidates.removeAll { bases.contains($0.base) }
        removePairs(at: now) { bases.contains($0.base) }
        wakePacer(at: now)
        traversal.observations.forget(socket.identifier)
        if transport == .udp, !socket.isPunched {
            renewTraversal(at: now)
            removeListeners(at: local.ip, at: now)
        }
    }

    /// The servers from now on. New ones are asked at once; allocations on servers that are not among them are given
    /// back, but for one that the selected pair uses. With other credentials for a server of ours the next allocation is
    /// asked for there, at once where the last attempt failed, and to see whether it still has what it had.
    public mutating func setServers(_ newServers: [Server], at now: Instant) {
        let old = servers
        servers = Array(newServers.prefix(limits.servers))
        for server in servers where !old.contains(server) {
            for socket in sockets where !socket.isPunched { addTasks(for: server, socket) }
        }
        for index in relays.indices {
            guard let server = servers.first(where: { $0.isSamePlace(as: relays[index].server) }) else { continue }
            guard server != relays[index].server else { continue }
            relays[index].server = server
            relays[index].failures = 0
            if case .failed = relays[index].state { relays[index].state = .failed(retryAt: now) }
            renewWaitingRelay(index, at: now)
            // The server may have lost what it had: it is asked now. Not for a host's first viewer, since what it has
            // allocated for that one is fresh.
            let isOld = role == .controlling || current.remote != nil
            if relays[index].challengeAt != nil || isOld && relays[index].challenger == nil {
                relays[index].challengeAt = now
            }
        }
        releaseUnusedRelays(at: now)
        refreshRelaysDeadline()
        wakePacer(at: now)
    }

    func socketIndex(_ local: TransportAddress, _ transport: TransportProtocol) -> Int? {
        sockets.firstIndex { $0.address == local && $0.transport == transport }
    }

    func socket(_ identifier: UInt16) -> LocalSocket? { sockets.first { $0.identifier == identifier } }

    /// One that nothing has: they come round in a day of failing tries.
    mutating func takeBaseIdentifier() -> UInt16 {
        repeat {
            nextBaseIdentifier &+= 1
        } while sockets.contains { $0.identifier == nextBaseIdentifier }
            || relays.contains { $0.identifier == nextBaseIdentifier }
        return nextBaseIdentifier
    }

    /// All candidates anew, for a new generation. Allocations that exist are offered again.
    mutating func regather(at now: Instant) {
        let relayed = localCandidates.filter(\.base.isRelay)
        localCandidates.removeAll(keepingCapacity: true)
        for socket in sockets where !socket.isPunched { gather(from: socket, at: now) }
        for candidate in relayed { offer(candidate.candidate, base: candidate.base) }
        isGathering = true
        wakePacer(at: now)
    }

    private mutating func gather(from socket: LocalSocket, at now: Instant) {
        guard !socket.isListener else { return gatherConnections(from: socket) }
        isGathering = true
        if policy != .relayOnly, socket.transport == .udp, socket.address.isUnicast {
            offer(socket.candidate, base: .socket(socket.identifier))
        }
        for server in servers { addTasks(for: server, socket) }
    }

    private mutating func addTasks(for server: Server, _ socket: LocalSocket) {
        guard server.transport == socket.transport, !socket.isListener, socket.canReachServer(server.address)
        else { return }
        isGathering = true
        switch server.service {
        case .stun:
            guard policy != .relayOnly, socket.transport == .udp else { return }
            tasks.append(.binding(socket: socket.identifier, server: server))
        case .turn:
            guard policy != .directOnly, !hasRelay(from: socket.identifier, on: server) else { return }
            tasks.append(.allocation(socket: socket.identifier, server: server))
        }
    }

    private func hasRelay(from socket: UInt16, on server: Server) -> Bool {
        relays.contains { relay in
            if case .releasing = relay.state { return false }
            return relay.socket == socket && relay.server.isSamePlace(as: server)
        }
    }

    mutating func start(_ task: GatheringTask, at now: Instant) {
        switch task {
        case .binding(let number, let server):
            guard let socket = socket(number), servers.contains(server) else { return }
            let path = Path(transport: server.transport, local: socket.address, remote: server.address)
            let transaction = TransactionIdentifier(random: &random)
            let probe = BindingProbe(socket: number, server: server, path: path)
            guard probes.start(transaction, probe, policy: Self.serverPolicy, at: now) else { return }
            requests.append(transaction)
        case .allocation(let number, let server):
            guard let socket = socket(number), servers.contains(server), !hasRelay(from: number, on: server)
            else { return }
            allocate(from: socket, on: server, at: now)
        }
    }

    /// **Deviation** from the 500 ms of RFC 8489 section 6.2.1, for the reason given at `Pacing`: sent at 0, 200, 600,
    /// 1400 and 3000 ms, given up after 4.6 s. Over a connection ten seconds, and not the 39.5 of section 6.2.2, after
    /// which another connection is opened: that one may have died unheard.
    static var serverPolicy: RetransmissionPolicy {
        RetransmissionPolicy(
            initialTimeout: .milliseconds(200), sendCount: 5, finalWaitFactor: 8, reliableTimeout: .seconds(10))
    }

    mutating func advanceProbes(to now: Instant) {
        while let due = probes.popDue(at: now) {
            switch due {
            case .retransmission(let transaction): requests.append(transaction.identifier)
            case .timeout(let transaction):
                if isGathering, !transaction.content.isScout {
                    emit(.serverFailed(transaction.content.server, .timeout))
                }
            }
        }
    }

    /// Asks the STUN servers again: an answer may have been lost, or a NAT may have got another mapping.
    mutating func repeatProbes() {
        guard tasks.isEmpty, probes.isEmpty, policy != .relayOnly else { return }
        for server in servers where server.service == .stun {
            for socket in sockets where socket.transport == .udp && !socket.isPunched {
                guard server.transport == .udp, socket.canReachServer(server.address) else { continue }
                tasks.append(.binding(socket: socket.identifier, server: server))
            }
        }
    }

    /// While no peer is there yet: keeps the NATs' mappings alive, and learns of those that have changed.
    public mutating func renewMappings(at now: Instant) {
        repeatProbes()
        wakePacer(at: now)
    }

    /// The local ends of the connections to servers.
    public var serverConnections: [(local: TransportAddress, transport: TransportProtocol)] {
        sockets.filter { $0.transport != .udp && !$0.isListener }.map { ($0.address, $0.transport) }
    }

    /// The candidates that a peer is to be told of.
    public var candidates: [Candidate] { localCandidates.map(\.candidate) }

    func writeBindingRequest(
        _ identifier: TransactionIdentifier, into packet: inout OutputSpan<UInt8>
    ) -> Path? {
        guard let probe = probes.find(identifier) else { return nil }
        var message = MessageBuilder(.request, .binding, transaction: identifier, into: &packet)
        // As long as an answer with an IPv6 address: our server does not amplify.
        message.pad(toSize: MessageBuilder.answerableBindingSize, in: &packet)
        message.addFingerprint(to: &packet)
        return message.finish(&packet) ? probe.content.path : nil
    }

    /// - Returns: false if the message answers no request of ours to a STUN server.
    mutating func receiveBindingResponse(
        _ message: borrowing Message, on path: Path, at now: Instant
    ) throws(Failure) -> Bool {
        guard message.method == .binding, let sent = probes.find(message.transaction) else { return false }
        guard sent.content.path == path, message.fingerprint != .invalid else { throw .unexpected }
        probes.finish(message.transaction)
        serverHeardAt = now
        let probe = sent.content
        if probe.isScout {
            if let mapped = message.mappedAddress { noteScouted(mapped, at: path.local, at: now) }
            return true
        }
        if message.messageClass == .successResponse, let mapped = message.mappedAddress {
            traversal.observations.note(mapped, of: probe.socket, by: probe.server.address)
            offerReflexive(mapped, socket: probe.socket, server: probe.server)
        } else {
            emit(.serverFailed(probe.server, .refused(Int(message.errorCode?.rawValue ?? 0))))
        }
        return true
    }

    /// A server-reflexive candidate, unless it is the socket's own address or known (RFC 8445 section 5.1.3).
    mutating func offerReflexive(_ mapped: TransportAddress, socket number: UInt16, server: Server) {
        guard policy != .relayOnly, let socket = socket(number), socket.transport == .udp || socket.isListener,
            mapped.isUnicast, mapped != socket.address
        else { return }
        let base = Base.socket(number)
        guard !localCandidates.contains(where: { $0.base == base && $0.candidate.address == mapped }) else { return }
        let foundation = Candidate.foundation(
            kind: .serverReflexive, base: socket.address.ip, server: server.address.ip, transport: server.transport)
        if current.remote == nil {
            // Nobody has used the mapping that the same server saw before.
            localCandidates.removeAll { $0.base == base && $0.candidate.foundation == foundation }
        }
        let candidate = Candidate(
            kind: .serverReflexive, transport: server.transport, address: mapped,
            priority: socket.priority(of: .serverReflexive), foundation: foundation,
            tcpType: socket.isListener ? .simultaneousOpen : nil)
        offer(candidate, base: base)
    }

    mutating func offer(_ candidate: Candidate, base: Base) {
        if localCandidates.count >= limits.localCandidates {
            // What a NAT mapped to before.
            guard let oldest = localCandidates.firstIndex(where: { $0.candidate.kind == .serverReflexive }) else {
                return
            }
            localCandidates.remove(at: oldest)
        }
        localCandidates.append(LocalCandidate(candidate: candidate, base: base))
        emit(.localCandidate(candidate))
    }

    mutating func finishGatheringIfDone() {
        guard isGathering, !sockets.isEmpty, tasks.isEmpty, probes.isEmpty else { return }
        for relay in relays {
            if case .allocating = relay.state { return }
        }
        isGathering = false
        emit(.gatheringFinished)
    }
}

extension Agent.Server {
    /// Whether both are one server, maybe with other credentials.
    func isSamePlace(as other: Agent.Server) -> Bool {
        guard address == other.address, transport == other.transport else { return false }
        return switch (service, other.service) {
        case (.stun, .stun), (.turn, .turn): true
        case (.stun, .turn), (.turn, .stun): false
        }
    }
}

extension LocalSocket {
    /// A server on this machine is reached from any of its addresses, a server elsewhere not from loopback.
    func canReachServer(_ server: TransportAddress) -> Bool {
        if let end = self.server, end != server { return false }
        guard address.ip.isIPv4 == server.ip.isIPv4 else { return false }
        return !address.ip.isLoopback || server.ip.isLoopback
    }
}

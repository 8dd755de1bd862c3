import WireFormat

/// Forming, finding and removing pairs (RFC 8445 section 6.1.2).
extension Agent {
    /// Where a pair stands in the table: a binary search, for identifiers only grow.
    func index(of identifier: PairIdentifier) -> Int? {
        var (low, high) = (0, pairs.count)
        while low < high {
            let middle = (low + high) / 2
            if pairs[middle].identifier < identifier { low = middle + 1 } else { high = middle }
        }
        return low < pairs.count && pairs[low].identifier == identifier ? low : nil
    }

    /// The newest pair between a base and a remote address.
    func index(base: Base, remote: TransportAddress) -> Int? {
        pairs.lastIndex { $0.remote.address == remote && $0.base == base }
    }

    func index(base: Base, remote: TransportAddress, generation: UInt32) -> Int? {
        pairs.lastIndex { $0.remote.address == remote && $0.base == base && $0.generation == generation }
    }

    func priority(_ local: Candidate, _ remote: Candidate) -> UInt64 {
        role == .controlling
            ? CandidatePriority.pair(controlling: local.priority, controlled: remote.priority)
            : CandidatePriority.pair(controlling: remote.priority, controlled: local.priority)
    }

    /// Pairs a remote candidate with all that we have.
    mutating func formPairs(with candidate: Candidate, at now: Instant) {
        for socket in sockets where !socket.isPunched {
            formPair(of: .socket(socket.identifier), and: candidate, at: now)
        }
        for relay in relays { formPair(of: .relay(relay.identifier), and: candidate, at: now) }
        wakePacer(at: now)
    }

    /// Enters a pair of the current generation, unless the two cannot reach each other, the policy forbids it, it is
    /// there already, or there are only more important ones.
    ///
    /// - Parameter isConnected: the remote candidate is the other end of a TCP connection that is there.
    @discardableResult
    mutating func formPair(
        of base: Base, and remote: Candidate, isConnected: Bool = false, at now: Instant
    ) -> Int? {
        guard index(base: base, remote: remote.address, generation: current.number) == nil,
            let pair = makePair(of: base, and: remote, isConnected), makeRoom(for: pair, at: now)
        else { return nil }
        nextPairNumber += 1
        pairs.append(pair)
        freezeIfRedundant(pairs.count - 1)
        requestPermission(for: pairs.count - 1, at: now)
        if case .closed = pair.connection { lower(&connectionsDeadline, to: now) }
        return pairs.count - 1
    }

    private func makePair(of base: Base, and remote: Candidate, _ isConnected: Bool) -> Pair? {
        let local: Candidate
        let path: Path
        var isPermitted = true
        var connection = PairConnection.none
        switch base {
        case .socket(let identifier):
            guard policy != .relayOnly, policy == .all || remote.kind != .relayed,
                let socket = socket(identifier), socket.isPaired(with: remote, isConnected: isConnected)
            else { return nil }
            if socket.isListener {
                isPermitted = isConnected
                connection = isConnected ? .open : .closed(attempts: 0, next: Instant(nanoseconds: .min))
            }
            local = socket.candidate
            path = Path(transport: socket.transport, local: socket.address, remote: remote.address)
        case .relay(let identifier):
            guard remote.transport == .udp, let relay = relay(identifier), let candidate = relay.candidate,
                candidate.address.ip.isIPv4 == remote.address.ip.isIPv4,
                !remote.address.ip.isLoopback
                    || relay.server.address.ip.isLoopback
            else { return nil }
            local = candidate
            path = relay.path
            isPermitted = false
        }
        return Pair(
            identifier: PairIdentifier(number: nextPairNumber), generation: current.number, base: base, local: local,
            remote: remote, path: path, priority: priority(local, remote), connection: connection,
            isPermitted: isPermitted)
    }

    /// RFC 8445 section 6.1.2.5: at the limit, the lowest priorities are discarded; before those, pairs that have failed,
    /// also such as are tried again: a peer that has moved often leaves many.
    private mutating func makeRoom(for pair: Pair, at now: Instant) -> Bool {
        guard pairs.count >= limits.pairs else { return true }
        var victim: Int?
        for index in pairs.indices where !pairs[index].isValid && pairs[index].identifier != followed?.pair {
            guard let other = victim else {
                victim = index
                continue
            }
            let (mine, theirs) = (evictionOrder(pairs[index]), evictionOrder(pairs[other]))
            if mine < theirs { victim = index }
        }
        guard let victim, evictionOrder(pairs[victim]) < pair.priority else { return false }
        releaseConnection(of: pairs.remove(at: victim))
        return true
    }

    private func evictionOrder(_ pair: Pair) -> UInt64 { pair.hasFailed && !pair.isRevivable ? 0 : pair.priority }

    /// RFC 8838 section 12: a new pair waits, unless another of its foundations is being checked already.
    private mutating func freezeIfRedundant(_ index: Int) {
        var isUnderWay = false
        for other in pairs.indices where other != index && pairs[other].hasFoundation(of: pairs[index]) {
            switch pairs[other].state {
            case .waiting, .inProgress: isUnderWay = true
            case .valid: return
            case .frozen, .failed: continue
            }
        }
        if isUnderWay { pairs[index].state = .frozen }
    }

    /// Removes pairs, with everything that points to them.
    mutating func removePairs(at now: Instant, where condition: (Pair) -> Bool) {
        var wereValid = false
        var isChanged = false
        for pair in pairs where condition(pair) {
            isChanged = true
            releaseConnection(of: pair)
            guard pair.isValid else { continue }
            wereValid = true
            if selected == pair.identifier { selected = nil }
            emit(.pairLost(pair.identifier))
        }
        guard isChanged else { return }
        pairs.removeAll(where: condition)
        lastReceived = 0
        if wereValid { evaluate(at: now) }
    }
}

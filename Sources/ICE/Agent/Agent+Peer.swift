import WireFormat

/// What signaling brings from the other peer.
extension Agent {
    /// The other peer's credentials of the current generation; checks start now. Checks that came earlier have been
    /// answered already and are returned now.
    public mutating func setRemoteCredentials(_ credentials: Credentials, at now: Instant) {
        guard current.remote?.credentials != credentials else { return }
        current.setRemote(credentials, at: now)
        expectValidPair(at: now)
        for index in pairs.indices where pairs[index].generation == current.number && pairs[index].isTriggered {
            trigger(index, at: now)
        }
        wakePacer(at: now)
    }

    /// A candidate of the other peer, at any time (RFC 8838 section 11). One known already changes nothing; one
    /// learned from a check before takes its signaled kind and priority.
    public mutating func addRemoteCandidate(_ candidate: Candidate, at now: Instant) {
        guard candidate.address.isUnicast, isUsable(candidate) else { return }
        if let index = remoteCandidates.firstIndex(where: { $0.candidate.isSamePlace(as: candidate) }) {
            guard remoteCandidates[index].isLearned else { return }
            remoteCandidates[index] = RemoteCandidate(candidate: candidate, isLearned: false)
            replaceRemote(candidate, at: now)
        } else {
            guard makeRoom(forLearned: false, at: now) else { return }
            remoteCandidates.append(RemoteCandidate(candidate: candidate, isLearned: false))
        }
        formPairs(with: candidate, at: now)
        noteNamed(candidate.address.ip)
        if candidate.transport == .tcp { hurryConnections(at: now) }
    }

    private func isUsable(_ candidate: Candidate) -> Bool {
        switch candidate.transport {
        case .udp: true
        case .tcp: tcpUse.isEnabled && candidate.tcpType != nil && candidate.kind != .relayed
        case .tls: false
        }
    }

    /// A candidate learned from a check turns out to be of another kind.
    private mutating func replaceRemote(_ candidate: Candidate, at now: Instant) {
        for index in pairs.indices where pairs[index].remote.isSamePlace(as: candidate) {
            let wasRelayed = pairs[index].isRelayed
            pairs[index].remote = candidate
            pairs[index].priority = priority(pairs[index].local, candidate)
            if pairs[index].isRelayed != wasRelayed, pairs[index].identifier == selected {
                emit(.selectedPairChanged(describe(pairs[index])))
            }
        }
        if policy == .directOnly, candidate.kind == .relayed {
            removePairs(at: now) { $0.remote.isSamePlace(as: candidate) }
        }
        evaluate(at: now)
    }

    /// Starts a new generation (RFC 8445 section 9): new credentials and a new gathering. The pairs that are valid go
    /// on carrying data until pairs of the new generation are at least as good.
    ///
    /// - Parameters:
    ///   - local: our new credentials; the peer's new ones come with `setRemoteCredentials`, its candidates with
    ///     `addRemoteCandidate`.
    ///   - servers: the servers from now on; nil to keep them.
    public mutating func restart(local: Credentials, servers: [Server]? = nil, at now: Instant) {
        // The generation that works goes on, which after two restarts in a row may be the one before the last.
        let isWorking = pairs.contains { $0.isValid && $0.generation == current.number }
        if isWorking { previous = current }
        let number = previous?.number
        removePairs(at: now) { !$0.isValid || $0.generation != number }
        if pairs.isEmpty { previous = nil }
        previousEndsAt = nil
        current = Generation(number: current.number &+ 1, local: local)
        remoteCandidates.removeAll(keepingCapacity: true)
        burstRemaining = pacing.burstCount
        hasFailed = false
        if let servers { setServers(servers, at: now) }
        regather(at: now)
        traversal.provenAddresses = []
        renewTraversal(at: now)
    }
}

import WireFormat

/// The session's data.
extension Agent {
    /// Writes a packet that carries `payload` over a pair, framed for the relay where there is one.
    ///
    /// - Returns: the way it must go; nil, with nothing written, if the pair is neither valid nor the early one, or the
    ///   packet has no room.
    public mutating func send(
        _ payload: Span<UInt8>, over identifier: PairIdentifier, into packet: inout OutputSpan<UInt8>, at now: Instant
    ) -> Path? {
        guard let index = index(of: identifier), pairs[index].isValid || identifier == earlyIdentifier else {
            return nil
        }
        let path: Path?
        switch pairs[index].base {
        case .socket:
            guard packet.freeCapacity >= payload.count else { return nil }
            packet.append(contentsOf: payload)
            path = pairs[index].path
        case .relay(let relay):
            path = relayed(payload, through: relay, to: pairs[index].remote.address, into: &packet, at: now)
        }
        if path != nil, pairs[index].isValid, pairs[index].silentAt == .distantFuture { expectReply(index, at: now) }
        return path
    }

    /// The pair that data should flow over, or nil before the first is valid and after the last was lost.
    public var selectedPair: CandidatePair? {
        guard let selected, let index = index(of: selected) else { return nil }
        return describe(pairs[index])
    }

    /// The same pair's name alone, for the data path.
    public var selectedIdentifier: PairIdentifier? { selected }

    /// Every pair that data may flow over, in the order in which they were formed.
    public var validPairs: [CandidatePair] { pairs.filter(\.isValid).map(describe) }

    /// The pair of this name, if there still is one.
    public func pair(_ identifier: PairIdentifier) -> CandidatePair? {
        index(of: identifier).map { describe(pairs[$0]) }
    }

    /// Tells the agent that data sent over a pair gets no reply. It is checked at once, and so are all others, for what
    /// kills one path often kills another with it; if no answer comes within about two round trips, the session moves to
    /// one that has answered. Without this it takes several unanswered checks.
    public mutating func reportSilence(over identifier: PairIdentifier, at now: Instant) {
        guard let silent = index(of: identifier), pairs[silent].isValid else { return }
        for index in pairs.indices where pairs[index].isValid && index != silent {
            if pairs[index].rank > 0 {
                test(index, at: now)
            } else if pairs[index].isMaintained {
                probe(index, at: now)
            }
        }
        test(silent, at: now)
    }

    /// Tells the agent that data sent over a pair was answered over it: a doubt about it is settled. Consent is not
    /// renewed by that (RFC 7675 section 5.1 wants an answered check).
    public mutating func reportAnswer(over identifier: PairIdentifier, at now: Instant) {
        guard let index = index(of: identifier), var validity = pairs[index].validity, validity.isTested else { return }
        validity.isTested = false
        validity.unanswered = 0
        validity.next = min(now + consentDelay(), validity.consentExpires)
        pairs[index].state = .valid(validity)
    }

    /// Whether a pair that was reported silent has not answered since.
    public func isInDoubt(_ identifier: PairIdentifier) -> Bool {
        guard let index = index(of: identifier), let validity = pairs[index].validity else { return true }
        return validity.isTested || validity.rank == 0
    }

    /// Whether data may go over a pair.
    public func isValid(_ identifier: PairIdentifier) -> Bool {
        index(of: identifier).map { pairs[$0].isValid } ?? false
    }

    /// What data could take instead of a pair, best first: one pair for each other way, for what goes one way dies
    /// together; of these also such as have not answered of late, since they may have come back.
    public func spares(of identifier: PairIdentifier) -> [CandidatePair] {
        guard let suspect = index(of: identifier).map({ pairs[$0] }) else { return [] }
        var apart = [suspect]
        while apart.count < limits.maintainedPairs,
            let next = best(where: { pair in !apart.contains { $0.sharesWay(with: pair) } })
        {
            apart.append(next)
        }
        guard apart.count == 1 else { return apart.dropFirst().map(describe) }
        return best { $0.identifier != identifier }.map { [describe($0)] } ?? []
    }

    private func best(where condition: (Pair) -> Bool) -> Pair? {
        var best: Pair?
        for pair in pairs where pair.isValid && condition(pair) {
            if best.map({ isPreferred(pair, to: $0) }) ?? true { best = pair }
        }
        return best
    }

    func describe(_ pair: Pair) -> CandidatePair {
        CandidatePair(
            identifier: pair.identifier, local: localSide(of: pair), remote: pair.remote, path: path(of: pair),
            roundTripTime: pair.roundTripTime.smoothed)
    }

    /// The candidate that the peer sees, which for a socket behind a NAT is not the socket's own
    /// (RFC 8445 section 7.2.5.3.1).
    private func localSide(of pair: Pair) -> Candidate {
        guard let mapped = pair.mapped, mapped != pair.local.address, !pair.base.isRelay else { return pair.local }
        if let known = localCandidates.first(where: { $0.candidate.address == mapped && $0.base == pair.base }) {
            return known.candidate
        }
        var candidate = pair.local
        candidate.kind = .peerReflexive
        candidate.address = mapped
        candidate.priority = checkPriority(of: pair.base)
        return candidate
    }

    private func path(of pair: Pair) -> Path {
        guard case .relay(let identifier) = pair.base, let relay = relays.first(where: { $0.identifier == identifier })
        else { return pair.path }
        return relay.path
    }
}

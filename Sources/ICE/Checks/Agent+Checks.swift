import STUN
import WireFormat

/// Checks that leave (RFC 8445 section 7.2).
extension Agent {
    func generation(_ number: UInt32) -> Generation? {
        if number == current.number { return current }
        return previous?.number == number ? previous : nil
    }

    private func canCheck(_ pair: Pair) -> Bool { pair.isPermitted && generation(pair.generation)?.remote != nil }

    /// The first check of a pair, or the first after it failed.
    mutating func startCheck(_ index: Int, at now: Instant) {
        pairs[index].isTriggered = false
        let first = isOpening(at: now) ? Attempt.openingTransmissions : Attempt.firstTransmission
        pairs[index].state = .inProgress(Attempt(transmissions: first, next: now + timeout(after: first - 1)))
        requestPermission(for: index, at: now)
        enqueueCheck(index)
        lower(&pairsDeadline, to: pairs[index].deadline)
    }

    private func isOpening(at now: Instant) -> Bool { current.toldAt.map { now < $0 + pacing.openingTime } ?? false }

    /// How long to wait for the answer to the next transmission, after so many.
    func timeout(after transmissions: Int) -> Interval {
        let first = pacing.retransmissionTimeout
        if transmissions == pacing.maximumTransmissions - 1 { return first * Pacing.finalWaitFactor }
        return transmissions < 0
            ? first / (1 << Int64(-transmissions)) : first * (1 << Int64(min(transmissions, 16)))
    }

    /// A check because one came from there (RFC 8445 section 7.3.1.4). It leaves at once, also when one is in
    /// progress: that one may have been dropped by a NAT which the peer's own check has opened since.
    mutating func trigger(_ index: Int, at now: Instant) {
        guard !pairs[index].isRevoked else { return }
        switch pairs[index].state {
        case .valid: return
        case .inProgress(var attempt):
            guard attempt.triggered < Attempt.maximumTriggered else { return }
            attempt.triggered += 1
            pairs[index].isTriggered = false
            pairs[index].state = .inProgress(attempt)
            enqueueCheck(index)
        case .frozen, .waiting, .failed:
            if canCheck(pairs[index]) {
                startCheck(index, at: now)
            } else {
                pairs[index].state = .waiting
                pairs[index].isTriggered = true
            }
        }
    }

    mutating func enqueueCheck(_ index: Int) {
        guard !pairs[index].isQueued else { return }
        pairs[index].isQueued = checks.append(pairs[index].identifier)
    }

    /// Repeats a check that was not answered, or gives the pair up.
    mutating func repeatCheck(_ index: Int, _ attempt: Attempt, at now: Instant) {
        guard attempt.transmissions < pacing.maximumTransmissions || isReviving(pairs[index]) else {
            fail(index, at: now)
            return
        }
        var attempt = attempt
        attempt.next = now + openingDelay(of: pairs[index], after: attempt.transmissions, at: now)
        attempt.transmissions += 1
        pairs[index].state = .inProgress(attempt)
        requestPermission(for: index, at: now)
        enqueueCheck(index)
    }

    mutating func fail(_ index: Int, at now: Instant) {
        pairs[index].state = .failed
        pairs[index].hasFailed = true
        if early == pairs[index].identifier { early = nil }
        if followed?.pair == pairs[index].identifier { evaluate(at: now) }
    }

    func checkPriority(of base: Base) -> UInt32 {
        switch base {
        case .socket(let identifier):
            socket(identifier)?.priority(of: .peerReflexive)
                ?? CandidatePriority.candidate(.peerReflexive, localPreference: CandidatePriority.socketPreference)
        case .relay(let identifier):
            CandidatePriority.candidate(
                .peerReflexive,
                localPreference: CandidatePriority.relayPreference(
                    identifier, over: relay(identifier)?.server.transport ?? .udp))
        }
    }

    /// Writes a check that is due now.
    mutating func writeCheck(
        _ identifier: PairIdentifier, into packet: inout OutputSpan<UInt8>, at now: Instant
    ) -> Path? {
        guard let index = index(of: identifier) else { return nil }
        pairs[index].isQueued = false
        let pair = pairs[index]
        guard let remote = generation(pair.generation)?.remote, limiter.take(at: now) else { return nil }
        let check = OutgoingCheck(
            transaction: TransactionIdentifier(random: &random), remote: remote,
            priority: checkPriority(of: pair.base), role: role, tieBreaker: tieBreaker,
            nomination: counter(for: pair), data: checkData, revival: nextRevivalNumber())
        transactions.insert(
            CheckTransaction(
                identifier: check.transaction, pair: identifier, sentAt: now, role: role,
                nomination: check.nomination, dataVersion: checkData == nil ? nil : dataVersion))
        switch pair.base {
        case .socket: return check.write(into: &packet) ? pair.path : nil
        case .relay(let relay):
            let message = [UInt8](capacity: OutgoingCheck.maximumSize) { output in _ = check.write(into: &output) }
            return relayed(message.span, through: relay, to: pair.remote.address, into: &packet, at: now)
        }
    }

    /// What a check over this pair says about nomination.
    private func counter(for pair: Pair) -> UInt32? {
        switch role {
        case .controlling: nomination?.pair == pair.identifier ? nomination?.counter : nil
        case .controlled: objection?.pair == pair.identifier ? objection?.counter : nil
        }
    }
}

/// Lowers a deadline, never raises it.
func lower(_ deadline: inout Instant, to other: Instant) {
    if other < deadline { deadline = other }
}

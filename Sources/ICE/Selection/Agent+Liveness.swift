import WireFormat

/// Consent and health (RFC 7675).
extension Agent {
    /// The interval times 0.8 to 1.2 (RFC 7675 section 5.1).
    mutating func consentDelay() -> Interval {
        let fifth = max(1, liveness.consentInterval.nanoseconds / 5)
        return Interval(nanoseconds: fifth * 4 + Int64.random(in: 0..<2 * fifth, using: &random))
    }

    /// Fires the timers of the pairs that are due and finds the next.
    mutating func advancePairs(to now: Instant) {
        var isChanged = false
        var isLost = false
        for index in pairs.indices where pairs[index].deadline <= now {
            switch pairs[index].state {
            case .inProgress(let attempt): repeatCheck(index, attempt, at: now)
            case .valid(let validity):
                if validity.consentExpires <= now {
                    isLost = true
                } else if advance(index, validity, to: now) {
                    isChanged = true
                }
            case .frozen, .waiting, .failed: continue
            }
        }
        if isLost { loseExpiredPairs(at: now) }
        if isChanged || isLost { evaluate(at: now) }
        pairsDeadline = .distantFuture
        for pair in pairs { lower(&pairsDeadline, to: pair.deadline) }
    }

    /// One valid pair's timer; true if its health changed.
    private mutating func advance(_ index: Int, _ validity: Validity, to now: Instant) -> Bool {
        var validity = validity
        var isChanged = false
        if pairs[index].silentAt <= now {
            pairs[index].silentAt = .distantFuture
            if validity.unanswered == 0 { validity.next = now }
        }
        if case .probation(let until) = validity.health, until <= now {
            validity.health = .good
            isChanged = true
        }
        guard validity.next <= now else {
            pairs[index].state = .valid(validity)
            return isChanged
        }
        if validity.unanswered >= liveness.unansweredChecks, validity.rank > 0 {
            pairs[index].state = .valid(validity)
            strike(index, at: now)
            isChanged = true
            validity = pairs[index].validity ?? validity
            validity.isTested = false
        }
        if pairs[index].isMaintained || validity.unanswered > 0 || validity.rank == 0 || isAwaited(index) {
            sendConsentCheck(index, &validity, at: now)
        } else {
            validity.next = validity.consentExpires
        }
        pairs[index].state = .valid(validity)
        return isChanged
    }

    private mutating func sendConsentCheck(_ index: Int, _ validity: inout Validity, at now: Instant) {
        let wait: Interval
        if validity.isTested {
            wait = pairs[index].roundTripTime.timeout
        } else if validity.unanswered >= liveness.unansweredChecks {
            wait = revivalDelay(of: pairs[index], at: now)
        } else {
            wait = pairs[index].roundTripTime.timeout * (1 << Int64(min(validity.unanswered, 4)))
        }
        validity.unanswered += 1
        validity.next = min(now + wait, validity.consentExpires)
        enqueueCheck(index)
    }

    /// Whether an answer over this pair would settle something.
    private func isAwaited(_ index: Int) -> Bool {
        let identifier = pairs[index].identifier
        if let nomination, nomination.pair == identifier, !nomination.isConfirmed { return true }
        if objection?.pair == identifier { return true }
        return checkData != nil && !isDataDelivered && selected == identifier
    }

    /// Sends a check over a valid pair now rather than at its time; nothing if one is unanswered already.
    mutating func probe(_ index: Int, at now: Instant) {
        guard var validity = pairs[index].validity else {
            trigger(index, at: now)
            return
        }
        guard validity.unanswered <= liveness.unansweredChecks else {
            enqueueCheck(index)
            return
        }
        validity.unanswered = max(0, validity.unanswered - 1)
        sendConsentCheck(index, &validity, at: now)
        pairs[index].state = .valid(validity)
        lower(&pairsDeadline, to: validity.next)
    }

    /// Whether a check from the peer over a valid pair calls for one of ours: we do not trust the pair any more.
    func isRevivalNeeded(_ index: Int) -> Bool {
        guard let validity = pairs[index].validity else { return false }
        return validity.rank == 0 && (validity.unanswered > liveness.unansweredChecks || !pairs[index].isMaintained)
    }

    /// An answer over a valid pair.
    mutating func renewConsent(_ index: Int, _ sent: CheckTransaction, at now: Instant) {
        guard var validity = pairs[index].validity else { return }
        if validity.rank == 0, validity.unanswered > liveness.unansweredChecks, pairs[index].strikes == 0 {
            // It was doubted for another's sake, and was dead indeed.
            pairs[index].strikes = 1
            pairs[index].lastStrike = now
        }
        validity.consentExpires = now + liveness.consentExpiry
        validity.unanswered = 0
        validity.isTested = false
        validity.next = max(now, sent.sentAt + consentDelay())
        if case .doubted(let since) = validity.health {
            if sent.sentAt >= since {
                validity.health = health(afterStrikesOf: pairs[index], at: now)
            } else {
                validity.next = now + pairs[index].roundTripTime.timeout
            }
        }
        if case .probation(let until) = validity.health { validity.next = min(validity.next, until) }
        if isAwaited(index) { validity.next = now + pairs[index].roundTripTime.timeout }
        pairs[index].state = .valid(validity)
        lower(&pairsDeadline, to: validity.next)
    }

    private func health(afterStrikesOf pair: Pair, at now: Instant) -> Validity.Health {
        guard pair.strikes > 0 else { return .good }
        return .probation(until: now + liveness.probation * (1 << Int64(min(pair.strikes - 1, 5))))
    }

    /// A trusted pair has failed, and whatever goes the same way must answer before it is taken instead. Failures more
    /// than a minute apart are not held against it.
    mutating func strike(_ index: Int, at now: Instant) {
        pairs[index].strikes = now - pairs[index].lastStrike > .seconds(60) ? 1 : min(pairs[index].strikes + 1, 100)
        pairs[index].lastStrike = now
        doubt(index, at: now)
        for other in pairs.indices where other != index && pairs[other].sharesWay(with: pairs[index]) {
            test(other, at: now)
        }
        noteSilentRelay(pairs[index].base, at: now)
    }

    /// Checks a pair at once, and again after half its timeout, for one check may get lost; if no answer comes within
    /// the timeout of the second, it is struck.
    mutating func test(_ index: Int, at now: Instant) {
        guard var validity = pairs[index].validity, validity.rank > 0, !validity.isTested else { return }
        validity.isTested = true
        sendConsentCheck(index, &validity, at: now)
        validity.unanswered = max(1, liveness.unansweredChecks - 1)
        validity.next = now + pairs[index].roundTripTime.timeout / 2
        pairs[index].state = .valid(validity)
        lower(&pairsDeadline, to: validity.next)
    }

    /// The pair must answer a check from now on before it is trusted again.
    mutating func doubt(_ index: Int, at now: Instant) {
        guard var validity = pairs[index].validity else { return }
        validity.health = .doubted(since: now)
        pairs[index].state = .valid(validity)
        enqueueCheck(index)
    }

    /// Something came over the pair.
    mutating func heard(_ index: Int) { pairs[index].silentAt = .distantFuture }

    /// Data went out over the pair and nothing is outstanding yet.
    mutating func expectReply(_ index: Int, at now: Instant) {
        let roundTrips = (pairs[index].roundTripTime.smoothed ?? .zero) * 3
        pairs[index].silentAt = now + max(liveness.silence, roundTrips)
        lower(&pairsDeadline, to: pairs[index].silentAt)
    }

    /// RFC 7675 section 5.1: after consent expired, nothing may be sent.
    private mutating func loseExpiredPairs(at now: Instant) {
        for index in pairs.indices {
            guard let validity = pairs[index].validity, validity.consentExpires <= now else { continue }
            lose(index, at: now)
        }
        reviveLostPairs(at: now)
    }

    mutating func lose(_ index: Int, at now: Instant) {
        releaseConnection(of: pairs[index])
        pairs[index].state = .failed
        pairs[index].isRevivable = pairs[index].isMaintained && !pairs[index].isOverTCP
        pairs[index].isMaintained = false
        pairs[index].lostAt = now
        if selected == pairs[index].identifier { selected = nil }
        if nomination?.pair == pairs[index].identifier { nomination = nil }
        emit(.pairLost(pairs[index].identifier))
    }
}

import STUN
import WireFormat

/// How a network that was away is taken up again: after a sleep, a tunnel, a router's restart.
///
/// **By asking.** While no pair works, each of those that were kept is asked every `Liveness.revivalInterval`, or every
/// three-hundredth of the time that this has lasted, up to a second: 100 ms for the first half minute, a second after
/// five. That is at most four small packets each time.
///
/// **By being asked.** An agent without a pair that works says so in its checks, with a number that grows. A check with
/// a new number is no copy of an old one: its sender is there now, under this session's password, and wants what the
/// other has for it. So data may go back the way it came before our own check over the pair is answered, half a round
/// trip earlier, for `grace`.
///
/// **Deviation** from RFC 7675 section 5.1, by which only an answer to our check gives consent: where consent has
/// expired, it is taken from such a check for `grace`, on a pair that had it before.
///
/// **By being told.** `networkChanged` asks over everything at once.
extension Agent {
    /// How long data may flow on the word of the peer's check alone.
    private static let grace = Interval.seconds(1)

    struct Revival: Sendable {
        /// Some pair has.
        var hasWorked = false
        /// Since when no pair has worked, while that is so.
        var brokenSince: Instant?
        /// The number of our last check that said so.
        var number: UInt32 = 0
        /// The highest number of the peer's.
        var highestHeard: UInt32 = 0
    }

    /// Whether no pair works any more.
    public var isBroken: Bool { revival.brokenSince != nil }

    /// Something about the pairs has changed.
    mutating func noteWhetherBroken(best: Int?, at now: Instant) {
        if let best, pairs[best].rank > 0 {
            revival.hasWorked = true
            revival.brokenSince = nil
        } else if revival.brokenSince == nil, revival.hasWorked {
            revival.brokenSince = now
            challengeRelays(at: now)
        }
    }

    /// How long a pair that does not answer waits for its next check.
    func revivalDelay(of pair: Pair, at now: Instant) -> Interval {
        guard let since = revival.brokenSince, pair.isMaintained || pair.isRevivable else { return .seconds(1) }
        return min(max(liveness.revivalInterval, (now - since) / 300), .seconds(1))
    }

    /// How long a check that opens a pair waits for its answer, after so many.
    func openingDelay(of pair: Pair, after transmissions: Int, at now: Instant) -> Interval {
        if isReviving(pair) { return revivalDelay(of: pair, at: now) }
        let timeout = timeout(after: transmissions)
        return isBroken ? min(timeout, .seconds(1)) : timeout
    }

    /// Whether a pair that is not valid any more is asked until something works.
    func isReviving(_ pair: Pair) -> Bool {
        pair.isRevivable && isBroken && !pairs.contains(where: \.isValid)
    }

    /// The last valid pair is lost: those that were kept are asked on.
    mutating func reviveLostPairs(at now: Instant) {
        guard !pairs.contains(where: \.isValid) else { return }
        forgetAllButLatestLosses()
        for index in pairs.indices where pairs[index].isRevivable && !pairs[index].isRevoked {
            if case .failed = pairs[index].state { pairs[index].state = .waiting }
        }
        burstRemaining = pacing.burstCount
        wakePacer(at: now)
    }

    /// A peer that moves leaves pairs of each of its networks: only as many as are kept alive at once are asked on.
    private mutating func forgetAllButLatestLosses() {
        let latest = pairs.indices.filter { pairs[$0].isRevivable }.sorted { pairs[$0].lostAt > pairs[$1].lostAt }
        for index in latest.dropFirst(limits.maintainedPairs) { pairs[index].isRevivable = false }
    }

    /// What a check says while nothing works; nil while something does.
    mutating func nextRevivalNumber() -> UInt32? {
        guard isBroken, revival.number < .max else { return nil }
        revival.number += 1
        return revival.number
    }

    /// The peer, for which nothing works, was heard over this pair.
    mutating func noteRevival(_ number: UInt32, over identifier: PairIdentifier, at now: Instant) {
        guard number > revival.highestHeard, let index = index(of: identifier),
            pairs[index].generation == current.number
        else { return }
        revival.highestHeard = number
        switch pairs[index].state {
        case .valid: if selected == identifier { emit(.peerReturned(identifier)) }
        case .waiting, .inProgress, .failed:
            if isReviving(pairs[index]), !pairs[index].isRevoked { readmit(index, at: now) }
        case .frozen: break
        }
    }

    private mutating func readmit(_ index: Int, at now: Instant) {
        pairs[index].isMaintained = true
        pairs[index].isRevivable = false
        pairs[index].state = .valid(
            Validity(
                consentExpires: now + Self.grace, next: now + liveness.revivalInterval,
                unanswered: liveness.unansweredChecks, health: .doubted(since: now)))
        enqueueCheck(index)
        lower(&pairsDeadline, to: pairs[index].deadline)
        failAt = nil
        hasFailed = false
        emit(.pairValidated(pairs[index].identifier))
        bindChannel(index, at: now)
        evaluate(at: now)
    }

    /// The network may be back, or be another one: an interface came up, an address came, the machine woke up. All that
    /// may work is asked at once: pairs, what our NATs map to, servers that did not answer.
    public mutating func networkChanged(at now: Instant) {
        burstRemaining = pacing.burstCount
        for index in pairs.indices where !pairs[index].isRevoked {
            switch pairs[index].state {
            case .valid: probe(index, at: now)
            case .failed where !pairs[index].isOverTCP: pairs[index].state = .waiting
            case .inProgress where !pairs[index].isOverTCP: pairs[index].state = .waiting
            case .failed, .inProgress, .frozen, .waiting: continue
            }
        }
        for index in relays.indices {
            if case .failed = relays[index].state { relays[index].state = .failed(retryAt: now) }
            if isBroken { noteSilentRelay(.relay(relays[index].identifier), at: now) }
        }
        refreshRelaysDeadline()
        renewMappings(at: now)
    }
}

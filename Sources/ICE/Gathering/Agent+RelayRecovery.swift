import TURN
import WireFormat

/// A server that was restarted, and has lost our allocation.
///
/// What starts it is a state and not an event: as long as no pair works, each allocation without a pair that works is
/// asked for (`challengeRelays`), when the last pair fails and again every `Relay.brokenChallengeInterval`. So whatever
/// was lost, on whichever side, whoever was asleep meanwhile, an allocation that is gone is replaced.
extension Agent {
    /// No pair works: sees for each allocation whether its server still has it.
    mutating func challengeRelays(at now: Instant) {
        for relay in relays { noteSilentRelay(.relay(relay.identifier), at: now) }
    }

    /// Nothing comes through an allocation any more: see whether the server still has it.
    mutating func noteSilentRelay(_ base: Base, at now: Instant) {
        guard case .relay(let identifier) = base, let index = relayIndex(identifier),
            relays[index].challenger == nil, relays[index].candidate != nil, !hasHealthyPair(base),
            let soonest = soonestChallenge(of: relays[index], at: now)
        else { return }
        relays[index].challengeAt = soonest
        lower(&relaysDeadline, to: soonest)
    }

    /// A challenge that is planned is brought forward where the last one brought nothing to light. Not so where the server
    /// does not answer, or may have what would be given back then (`Relay.takenDelay`).
    private func soonestChallenge(of relay: Relay, at now: Instant) -> Instant? {
        guard let planned = relay.challengeAt else { return now }
        guard let confirmedAt = relay.confirmedAt, !relay.isTaken else { return nil }
        return min(planned, max(now, confirmedAt + Relay.brokenChallengeInterval))
    }

    func hasHealthyPair(_ base: Base) -> Bool {
        pairs.contains { $0.base == base && ($0.validity?.rank ?? 0) > 0 }
    }

    mutating func challenge(_ index: Int, at now: Instant) {
        relays[index].challengeAt = nil
        guard relays[index].candidate != nil, !hasHealthyPair(.relay(relays[index].identifier)) else {
            relays[index].isTaken = false
            return
        }
        guard !reclaim(index, at: now), let challenger = makeChallenger(index, at: now) else { return }
        relays[index].challenger = challenger
        relaysHaveOutput = true
    }

    private mutating func makeChallenger(_ index: Int, at now: Instant) -> TURN.Client? {
        if var unanswered = relays[index].unansweredChallenger {
            unanswered.startAgain(at: now)
            return unanswered
        }
        guard let socket = socket(relays[index].socket),
            var client = makeClient(
                from: socket, on: relays[index].server, wantsIPv6: relays[index].wantsIPv6, at: now)
        else { return nil }
        client.start(at: now)
        return client
    }

    /// Gives back what the server may have for us without our knowing.
    ///
    /// - Returns: false if there is nothing to be given back.
    mutating func reclaim(_ index: Int, at now: Instant) -> Bool {
        guard relays[index].isTaken, let former = relays[index].unanswered.popLast(),
            let socket = socket(relays[index].socket), var client = makeClient(from: socket, on: former, at: now)
        else { return false }
        client.reclaim(at: now)
        relays[index].isTaken = false
        relays[index].challenger = client
        relaysHaveOutput = true
        return true
    }

    mutating func handleChallenger(_ event: TURN.Client.Event, of identifier: UInt16, at now: Instant) {
        guard let index = relayIndex(identifier), let challenger = relays[index].challenger else { return }
        switch event {
        case .allocated(let relayed, let mapped):
            forget(.relay(identifier), at: now)
            relays[index] = Relay(
                identifier: takeBaseIdentifier(), socket: relays[index].socket, server: relays[index].server,
                client: challenger, wantsIPv6: relays[index].wantsIPv6)
            isGathering = true
            noteAllocation(index, relayed, mapped, at: now)
        case .deallocated:
            relays[index].challenger = nil
            if relays[index].candidate == nil {
                relays[index].state = .failed(retryAt: now)
            } else {
                relays[index].challengeAt = now
            }
        case .failed(let reason): challengeFailed(index, challenger, reason, at: now)
        case .permissionInstalled, .permissionRefused, .channelBound, .channelRefused, .allocatedAlso,
            .additionalFamilyRefused, .reserved, .moved:
            break
        }
    }

    private mutating func challengeFailed(
        _ index: Int, _ challenger: TURN.Client, _ reason: TURN.Client.EndReason, at now: Instant
    ) {
        relays[index].challenger = nil
        relays[index].unansweredChallenger = nil
        if reason.isTaken {
            relays[index].isTaken = !relays[index].unanswered.isEmpty
            relays[index].confirmedAt = now
            let interval = isBroken ? Relay.brokenChallengeInterval : Relay.challengeInterval
            relays[index].challengeAt = now + (relays[index].isTaken ? relays[index].takenDelay : interval)
            return
        }
        relays[index].confirmedAt = nil
        if reason == .timeout { relays[index].noteUnanswered(challenger: challenger) }
        relays[index].challengeAt = now + relays[index].backOff(hasPeer: true)
        relays[index].failures += 1
        emit(.serverFailed(relays[index].server, reason.summary))
        if reason == .timeout { giveUpConnection(over: relays[index].path) }
    }
}

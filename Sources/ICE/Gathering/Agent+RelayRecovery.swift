import TURN
import WireFormat

/// A server that was restarted, and has lost our allocation.
extension Agent {
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

    mutating func challenge(_ index: Int, at now: Instant) {
        relays[index].challengeAt = nil
        guard relays[index].candidate != nil, !hasHealthyPair(.relay(relays[index].identifier)),
            let socket = socket(relays[index].socket),
            var client = makeClient(from: socket, on: relays[index].server, at: now)
        else { return }
        client.start(at: now)
        relays[index].challenger = client
        relaysHaveOutput = true
    }

    mutating func handleChallenger(_ event: TURN.Client.Event, of identifier: UInt16, at now: Instant) {
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
            // Still there (437), or there under the credentials that this client had before (441).
            if reason == .refused(.allocationMismatch) || reason == .refused(.wrongCredentials) {
                relays[index].challengeAt = now + Relay.challengeInterval
                return
            }
            relays[index].challengeAt = now + relays[index].backOff(hasPeer: true)
            relays[index].failures += 1
            emit(.serverFailed(relays[index].server, reason.summary))
        case .permissionInstalled, .permissionRefused, .channelBound, .channelRefused, .deallocated, .allocatedAlso,
            .additionalFamilyRefused, .reserved, .moved:
            break
        }
    }
}

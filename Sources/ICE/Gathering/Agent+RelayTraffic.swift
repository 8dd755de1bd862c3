import TURN
import WireFormat

/// Peers behind a relay, and packets through it.
extension Agent {
    /// Lets packets between a relayed pair's two ends pass. The pair can be checked at once, for the request for the
    /// permission leaves before the check does.
    mutating func requestPermission(for index: Int, at now: Instant) {
        guard case .relay(let identifier) = pairs[index].base, let relay = relayIndex(identifier) else { return }
        if relays[relay].client.permit(pairs[index].remote.address, at: now) { pairs[index].isPermitted = true }
        relaysHaveOutput = true
        lower(&relaysDeadline, to: relays[relay].deadline)
    }

    /// A server that refuses an address refuses it for all pairs. Not so its own address, of which it lets live
    /// relayed ports pass only: first the pairs that work ask once more, then the newest, the others with their next check.
    mutating func noteRefusal(of ip: IPAddress, by base: Base, at now: Instant) {
        let all = pairs.indices.filter { pairs[$0].base == base && pairs[$0].remote.address.ip == ip }
        if let working = all.last(where: { pairs[$0].isValid && !pairs[$0].isRefused }) {
            pairs[working].isRefused = true
            return requestPermission(for: working, at: now)
        }
        let concerned = all.filter { !pairs[$0].isValid }
        guard concerned.count > 1, let newest = concerned.last else {
            for index in concerned { fail(index, at: now) }
            return
        }
        if !pairs[newest].isRefused { requestPermission(for: newest, at: now) }
        pairs[newest].isRefused = true
    }

    mutating func notePermission(for ip: IPAddress, by base: Base) {
        for index in pairs.indices where pairs[index].base == base && pairs[index].remote.address.ip == ip {
            pairs[index].isRefused = false
        }
    }

    /// A channel spares a valid pair's packets 32 bytes each.
    mutating func bindChannel(_ index: Int, at now: Instant) {
        guard case .relay(let identifier) = pairs[index].base, let relay = relayIndex(identifier) else { return }
        relays[relay].client.bindChannel(to: pairs[index].remote.address, at: now)
        relaysHaveOutput = true
        lower(&relaysDeadline, to: relays[relay].deadline)
    }

    /// Wraps a packet for a relay.
    mutating func relayed(
        _ payload: Span<UInt8>, through identifier: UInt16, to peer: TransportAddress,
        into packet: inout OutputSpan<UInt8>, at now: Instant
    ) -> Path? {
        guard let index = relayIndex(identifier) else { return nil }
        return relays[index].client.send(payload, to: peer, into: &packet, at: now)
    }

    /// The next packet of a TURN client of ours.
    mutating func pollRelays(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        for index in relays.indices {
            if let path = relays[index].client.pollTransmit(into: &packet, at: now) { return path }
            if let path = relays[index].challenger?.pollTransmit(into: &packet, at: now) { return path }
        }
        relaysHaveOutput = false
        return nil
    }
}

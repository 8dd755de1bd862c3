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
    /// relayed ports pass only: the newest pair asks once more, the others with their next check.
    mutating func noteRefusal(of ip: IPAddress, by base: Base, at now: Instant) {
        let concerned = pairs.indices.filter {
            pairs[$0].base == base && pairs[$0].remote.address.ip == ip && !pairs[$0].isValid
        }
        guard concerned.count > 1, let newest = concerned.last else {
            for index in concerned { fail(index, at: now) }
            return
        }
        if !pairs[newest].isRefused { requestPermission(for: newest, at: now) }
        pairs[newest].isRefused = true
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

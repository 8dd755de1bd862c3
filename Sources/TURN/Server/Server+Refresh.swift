import STUN
import WireFormat

extension Server {
    mutating func refresh(_ message: borrowing Message, _ origin: Origin, _ slot: Int, at now: Instant) {
        guard let allocation = allocations[slot] else { return }
        let key = allocation.credentials.key
        let family = message.first(.requestedAddressFamily)?.firstByte
        if let family, !allocation.hasFamily(family) {
            return refuse(.peerAddressFamilyMismatch, origin, key: key)
        }
        if message.lifetimeSeconds == 0 {
            release(slot, family: family)
            return reply(.refresh(lifetimeSeconds: 0, nil), origin, key: key)
        }
        let granted = grantedLifetime(message.lifetimeSeconds)
        allocations[slot]?.expiresAt = now + .seconds(Int64(granted))
        let ticket = message.contains(.mobilityTicket) ? allocation.mobility : nil
        reply(.refresh(lifetimeSeconds: granted, ticket), origin, key: key)
    }

    /// Ends an allocation, or one half of a dual one (RFC 8656 section 8.2).
    private mutating func release(_ slot: Int, family: UInt8?) {
        guard let allocation = allocations[slot], let additional = allocation.additional, let family else {
            return end(slot, .released)
        }
        let isPrimary = AddressFamily(of: allocation.relay.relayed.ip).rawValue == family
        let gone = isPrimary ? allocation.relay : additional
        if isPrimary { allocations[slot]?.relay = additional }
        allocations[slot]?.additional = nil
        configuration.team?.ledger.note(gone.relayed, isOpen: false)
        allocations[slot]?.forgetPeers(isIPv4: gone.relayed.ip.isIPv4)
        if configuration.relayOpening == .asked { events.append(.closeRelay(allocation.identifier, gone.bound)) }
    }

    /// A Refresh from an address without an allocation brings a ticket: the allocation moves there (RFC 8016 section 3.2).
    mutating func move(
        _ message: borrowing Message, _ origin: Origin, _ credentials: Credentials, at now: Instant
    ) {
        guard let attribute = message.first(.mobilityTicket), let ticket = MobilityTicket(attribute.value),
            let slot = slot(of: ticket.identifier), let allocation = allocations[slot], allocation.isLive,
            let own = allocation.mobility, own.matches(ticket),
            allocation.credentials.username == credentials.username
        else { return refuse(.allocationMismatch, origin, key: credentials.key) }
        let old = allocation.client
        clients.remove(old, slot: slot)
        clients.insert(origin.path, slot: slot)
        let sources = (SourceNetwork(old.remote.ip), SourceNetwork(origin.path.remote.ip))
        count { $0.move(from: sources.0, to: sources.1) }
        allocations[slot]?.client = origin.path
        allocations[slot]?.mobility = MobilityTicket(ticket.identifier, random: &random)
        statistics.allocationsMoved &+= 1
        if let moved = allocations[slot]?.record { events.append(.allocationMoved(moved, from: old)) }
        refresh(message, origin, slot, at: now)
    }

    /// The slot that a Refresh's ticket names, so that its user is known although the address is new.
    func slot(ofTicketIn message: borrowing Message) -> Int? {
        guard message.method == .refresh, let attribute = message.first(.mobilityTicket),
            let ticket = MobilityTicket(attribute.value)
        else { return nil }
        return slot(of: ticket.identifier)
    }
}

extension Server.Allocation {
    /// Whether one of its relayed addresses is of this family, a number of `AddressFamily`.
    func hasFamily(_ family: UInt8) -> Bool {
        AddressFamily(of: relay.relayed.ip).rawValue == family
            || additional.map { AddressFamily(of: $0.relayed.ip).rawValue == family } ?? false
    }

    mutating func forgetPeers(isIPv4: Bool) {
        permissions.removeAll { $0.ip.isIPv4 == isIPv4 }
        channels.removeAll { $0.peer.ip.isIPv4 == isIPv4 }
    }
}

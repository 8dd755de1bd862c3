import STUN
import WireFormat

extension Server {
    mutating func allocate(
        _ message: borrowing Message, _ origin: Origin, _ credentials: Credentials, existing: Int?, at now: Instant
    ) {
        if let existing {
            repeatAllocation(origin, existing, credentials, at: now)
        } else if let code = objection(to: message, credentials) {
            refuse(code, origin, key: credentials.key)
        } else {
            let granted = grantedLifetime(message.lifetimeSeconds)
            let mustBeEven = message.contains(.evenPort)
            guard let relay = relay(for: message),
                create(origin, credentials, relay: relay, mustBeEven: mustBeEven, lifetimeSeconds: granted, at: now)
            else { return refuse(.insufficientCapacity, origin, key: credentials.key) }
        }
    }

    /// The driver bound the socket that `Event.openRelay` asked for: the client gets its answer.
    public mutating func relayOpened(_ identifier: AllocationIdentifier, at now: Instant) {
        guard let slot = slot(of: identifier), let allocation = allocations[slot],
            case .opening(_, let lifetimeSeconds) = allocation.state
        else { return }
        let expiresAt = now + .seconds(Int64(lifetimeSeconds))
        allocations[slot]?.state = .live
        allocations[slot]?.expiresAt = expiresAt
        expiries.insert(identifier, at: expiresAt)
        statistics.allocationsCreated &+= 1
        events.append(.allocationCreated(allocation.record))
        replyAllocated(slot, lifetimeSeconds: lifetimeSeconds)
    }

    /// The driver could not bind the socket: another port is tried, and in the end the client is refused.
    public mutating func relayFailed(_ identifier: AllocationIdentifier, at now: Instant) {
        guard let slot = slot(of: identifier), let allocation = allocations[slot],
            case .opening(let attempt, let lifetimeSeconds) = allocation.state
        else { return }
        // The failed port is still taken, so another one comes.
        let isEven = allocation.bound.port % 2 == 0
        guard attempt < Self.portAttempts,
            let port = relayPorts.take(for: slot, mustBeEven: isEven, random: &random)
        else { return refuseOpening(slot) }
        relayPorts.release(allocation.bound.port)
        allocations[slot]?.bound.port = port
        allocations[slot]?.relayed.port = port
        allocations[slot]?.state = .opening(attempt: attempt + 1, lifetimeSeconds: lifetimeSeconds)
        events.append(.openRelay(identifier, TransportAddress(ip: allocation.bound.ip, port: port)))
    }

    /// No port could be opened in time.
    mutating func refuseOpening(_ slot: Int) {
        guard let allocation = remove(slot) else { return }
        refuse(.insufficientCapacity, allocation.origin, key: allocation.credentials.key)
    }

    /// A repetition of the Allocate that made the allocation gets the same answer again, which may have been lost
    /// (RFC 8656 section 7.2); any other Allocate on the same five-tuple is a mismatch.
    private mutating func repeatAllocation(
        _ origin: Origin, _ slot: Int, _ credentials: Credentials, at now: Instant
    ) {
        guard let allocation = allocations[slot], allocation.transaction == origin.transaction else {
            return refuse(.allocationMismatch, origin, key: credentials.key)
        }
        guard allocation.isLive else { return }
        let remaining = (allocation.expiresAt - now).nanoseconds / 1_000_000_000
        replyAllocated(slot, lifetimeSeconds: UInt32(clamping: remaining))
    }

    /// What stands against an allocation, in the order of RFC 8656 section 7.2.
    private func objection(to message: borrowing Message, _ credentials: Credentials) -> ErrorCode? {
        guard let transport = message.first(.requestedTransport)?.firstByte else { return .badRequest }
        // 17 is UDP, the only transport that RFC 8656 relays to.
        guard transport == 17 else { return .unsupportedTransport }
        if message.contains(.reservationToken) {
            return message.contains(.evenPort) ? .badRequest : .insufficientCapacity
        }
        if let flags = message.first(.evenPort)?.firstByte, flags & 0x80 != 0 { return .insufficientCapacity }
        guard relay(for: message) != nil else { return .addressFamilyNotSupported }
        if (userCounts[credentials.user] ?? 0) >= configuration.limits.allocationsPerUser {
            return .allocationQuotaReached
        }
        return allocationCount >= configuration.limits.allocations ? .insufficientCapacity : nil
    }

    /// The relay's address of the family that is asked for; IPv4 if none is.
    private func relay(for message: borrowing Message) -> RelayAddress? {
        guard let attribute = message.first(.requestedAddressFamily) else {
            return configuration.relays.first { $0.advertised.isIPv4 }
        }
        guard let byte = attribute.firstByte, let family = AddressFamily(rawValue: byte) else { return nil }
        return configuration.relays.first { AddressFamily(of: $0.advertised) == family }
    }

    /// What is asked for, but not below the default of ten minutes and not above the maximum (RFC 8656 section 7.2).
    func grantedLifetime(_ requested: UInt32?) -> UInt32 {
        let maximum = configuration.limits.lifetimeSeconds
        return min(maximum, max(600, min(requested ?? 600, maximum)))
    }

    private mutating func create(
        _ origin: Origin, _ credentials: Credentials, relay: RelayAddress, mustBeEven: Bool, lifetimeSeconds: UInt32,
        at now: Instant
    ) -> Bool {
        let slot = freeSlots.last ?? allocations.count
        guard let port = relayPorts.take(for: slot, mustBeEven: mustBeEven, random: &random) else { return false }
        generation &+= 1
        let identifier = AllocationIdentifier(slot: slot, generation: generation)
        let allocation = Allocation(
            identifier: identifier, client: origin.path,
            relayed: TransportAddress(ip: relay.advertised, port: port),
            bound: TransportAddress(ip: relay.bound, port: port), credentials: credentials,
            transaction: origin.transaction, createdAt: now,
            state: .opening(attempt: 1, lifetimeSeconds: lifetimeSeconds), expiresAt: now + Self.openingTimeout)
        if freeSlots.popLast() != nil { allocations[slot] = allocation } else { allocations.append(allocation) }
        clients[ClientKey(path: origin.path)] = Int32(truncatingIfNeeded: slot)
        userCounts[credentials.user, default: 0] += 1
        switch configuration.relayOpening {
        case .implicit: relayOpened(identifier, at: now)
        case .asked:
            expiries.insert(identifier, at: allocation.expiresAt)
            events.append(.openRelay(identifier, allocation.bound))
        }
        return true
    }

    private mutating func replyAllocated(_ slot: Int, lifetimeSeconds: UInt32) {
        guard let allocation = allocations[slot] else { return }
        let content = Reply.Content.allocation(
            relayed: allocation.relayed, mapped: allocation.client.remote, lifetimeSeconds: lifetimeSeconds)
        reply(content, allocation.origin, key: allocation.credentials.key)
    }
}

extension Server.Allocation {
    /// The Allocate request that made it.
    var origin: Server.Origin {
        Server.Origin(path: client, method: .allocate, transaction: transaction, size: 0)
    }
}

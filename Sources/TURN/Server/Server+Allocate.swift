import STUN
import WireFormat

extension Server {
    /// What an Allocate request asks for, as far as it can be had.
    private struct Grant {
        let relay: RelayAddress
        /// The companion that was asked for, if this server has that family.
        var additional: RelayAddress?
        var additionalRefusal: ErrorCode?
        var parity = PortParity.any
        /// What the request's token names.
        var reservation: Reservations.Entry?
        let lifetimeSeconds: UInt32
        let wantsMobility: Bool
    }

    mutating func allocate(
        _ message: borrowing Message, _ origin: Origin, _ credentials: Credentials, existing: Int?, at now: Instant
    ) {
        if let existing {
            return repeatAllocation(origin, existing, credentials, at: now)
        }
        do throws(Objection) {
            let grant = try grant(message, origin, credentials)
            try create(origin, credentials, grant, at: now)
        } catch {
            refuse(error.code, origin, key: credentials.key)
        }
    }

    /// The driver bound the socket that `Event.openRelay` asked for: the client gets its answer, or the socket of the
    /// companion or of the next port comes first.
    public mutating func relayOpened(_ identifier: AllocationIdentifier, at now: Instant) {
        guard let slot = slot(of: identifier), let allocation = allocations[slot],
            case .opening(var opening) = allocation.state
        else { return }
        if configuration.relayOpening == .asked, !opening.isSecond, let second = second(of: allocation) {
            opening.isSecond = true
            allocations[slot]?.state = .opening(opening)
            events.append(.openRelay(identifier, second))
        } else {
            finishOpening(slot, opening, at: now)
        }
    }

    private func second(of allocation: Allocation) -> TransportAddress? {
        allocation.additional?.bound ?? allocation.reservation.flatMap { reservations[$0]?.end.bound }
    }

    /// The driver could not bind the socket: another port is tried, and in the end the client is refused, or does
    /// without the companion.
    public mutating func relayFailed(_ identifier: AllocationIdentifier, at now: Instant) {
        guard let slot = slot(of: identifier), let allocation = allocations[slot],
            case .opening(var opening) = allocation.state
        else { return }
        if opening.isSecond, allocation.additional != nil {
            allocations[slot]?.additional = nil
            allocations[slot]?.additionalRefusal = .insufficientCapacity
            return finishOpening(slot, opening, at: now)
        }
        // The failed port is still taken, so another one comes.
        let failed = allocation.relay.bound
        guard opening.attempt < Self.portAttempts,
            let port = relayPorts.take(for: slot, opening.parity, random: &random)
        else { return refuseOpening(slot) }
        if opening.isSecond { events.append(.closeRelay(identifier, failed)) }
        opening.isSecond = false
        opening.attempt += 1
        relayPorts.release(failed.port)
        allocations[slot]?.relay.move(to: port)
        allocations[slot]?.additional?.move(to: port)
        allocations[slot]?.state = .opening(opening)
        moveReservation(of: slot, at: now)
        let bound = TransportAddress(ip: failed.ip, port: port)
        events.append(.openRelay(identifier, bound))
    }

    /// The next port is that of another pair now.
    private mutating func moveReservation(of slot: Int, at now: Instant) {
        guard let allocation = allocations[slot], let token = allocation.reservation,
            let old = reservations.take(token, user: allocation.credentials.user)
        else { return }
        relayPorts.release(old.port)
        reservations.insert(token, allocation.relay.next, of: allocation, at: now)
    }

    /// Nobody came for it in time, or whoever came may not have it.
    mutating func giveUp(_ reservation: Reservations.Entry) {
        relayPorts.release(reservation.port)
        if configuration.relayOpening == .asked {
            events.append(.closeRelay(reservation.identifier, reservation.end.bound))
        }
    }

    private mutating func finishOpening(_ slot: Int, _ opening: Opening, at now: Instant) {
        let expiresAt = now + .seconds(Int64(opening.lifetimeSeconds))
        allocations[slot]?.state = .live
        allocations[slot]?.expiresAt = expiresAt
        guard let allocation = allocations[slot] else { return }
        statistics.allocationsCreated &+= 1
        noteRelays(of: allocation, areOpen: true)
        events.append(.allocationCreated(allocation.record))
        replyAllocated(slot, lifetimeSeconds: opening.lifetimeSeconds)
    }

    /// No port could be opened in time.
    mutating func refuseOpening(_ slot: Int) {
        guard let allocation = giveUpOpening(slot) else { return }
        refuse(.insufficientCapacity, allocation.origin, key: allocation.credentials.key)
    }

    /// Its sockets are closed, with that of the next port.
    @discardableResult
    mutating func giveUpOpening(_ slot: Int) -> Allocation? {
        guard let allocation = remove(slot) else { return nil }
        if let token = allocation.reservation,
            let reservation = reservations.take(token, user: allocation.credentials.user)
        {
            giveUp(reservation)
        }
        return allocation
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

    /// What is to be had, or what stands against it, in the order of RFC 8656 section 7.2.
    private mutating func grant(
        _ message: borrowing Message, _ origin: Origin, _ credentials: Credentials
    ) throws(Objection) -> Grant {
        guard let transport = message.first(.requestedTransport)?.firstByte else { throw Objection(.badRequest) }
        // 17 is UDP, the only transport that RFC 8656 relays to.
        guard transport == 17 else { throw Objection(.unsupportedTransport) }
        let evenPort = message.first(.evenPort)?.firstByte
        let wantsAdditional = message.contains(.additionalAddressFamily)
        if message.contains(.requestedAddressFamily), wantsAdditional { throw Objection(.badRequest) }
        guard let relay = relay(for: message) else { throw Objection(.addressFamilyNotSupported) }
        var grant = Grant(
            relay: relay, lifetimeSeconds: grantedLifetime(message.lifetimeSeconds),
            wantsMobility: message.contains(.mobilityTicket))
        if let evenPort {
            grant.parity = evenPort & 0x80 != 0 ? .evenAndNext : .even
            guard grant.parity == .even || !wantsAdditional else { throw Objection(.badRequest) }
        }
        if wantsAdditional {
            // "The server ... with the ADDITIONAL-ADDRESS-FAMILY attribute ... 0x01" is a bad request: IPv4 is what
            // there is anyway.
            guard message.first(.additionalAddressFamily)?.firstByte == AddressFamily.ipv6.rawValue else {
                throw Objection(.badRequest)
            }
            grant.additional = configuration.relays.first { !$0.advertised.isIPv4 }
            if grant.additional == nil { grant.additionalRefusal = .addressFamilyNotSupported }
        }
        if let code = objection(to: credentials, at: origin.path) { throw Objection(code) }
        if let reservation = message.first(.reservationToken) {
            guard evenPort == nil, !message.contains(.requestedAddressFamily), !wantsAdditional,
                let token = reservation.uint64
            else { throw Objection(.badRequest) }
            grant.reservation = reservations.take(ReservationToken(rawValue: token), user: credentials.user)
            if grant.reservation == nil { throw Objection(.insufficientCapacity) }
        }
        return grant
    }

    /// The relay's address of the family that is asked for; IPv4 if none is. What was reserved has its own.
    private func relay(for message: borrowing Message) -> RelayAddress? {
        guard let attribute = message.first(.requestedAddressFamily) else {
            return configuration.relays.first { $0.advertised.isIPv4 || message.contains(.reservationToken) }
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
        _ origin: Origin, _ credentials: Credentials, _ grant: Grant, at now: Instant
    ) throws(Objection) {
        let slot = freeSlots.last ?? allocations.count
        guard slot <= AllocationIdentifier.largestSlot, let end = takeEnd(for: slot, grant, credentials.user) else {
            if let reservation = grant.reservation { giveUp(reservation) }
            throw Objection(.insufficientCapacity)
        }
        // Others of a team may have made some in the meantime.
        if let code = countOneMore(of: credentials, at: origin.path) {
            if let reservation = grant.reservation { giveUp(reservation) } else { relayPorts.release(end.bound.port) }
            if grant.parity == .evenAndNext { relayPorts.release(end.bound.port + 1) }
            throw Objection(code)
        }
        generation &+= 1
        let identifier = AllocationIdentifier(slot: slot, of: configuration.team?.index ?? 0, generation: generation)
        let opening = Opening(parity: grant.parity, lifetimeSeconds: grant.lifetimeSeconds)
        var allocation = Allocation(
            identifier: identifier, client: origin.path, relay: end,
            additional: grant.additional.map { RelayEnd($0, port: end.bound.port) },
            additionalRefusal: grant.additionalRefusal, credentials: credentials,
            transaction: origin.transaction, createdAt: now, state: .opening(opening),
            expiresAt: now + Self.openingTimeout)
        if grant.parity == .evenAndNext {
            let token = ReservationToken(of: configuration.team?.index ?? 0, random: &random)
            reservations.insert(token, end.next, of: allocation, at: now)
            allocation.reservation = token
        }
        if grant.wantsMobility { allocation.mobility = MobilityTicket(identifier, random: &random) }
        if freeSlots.popLast() != nil { allocations[slot] = allocation } else { allocations.append(allocation) }
        clients.insert(origin.path, slot: slot)
        noteExpiry(of: allocation)
        switch configuration.relayOpening {
        // The socket of a reserved port is open since it was reserved.
        case .asked where grant.reservation == nil: events.append(.openRelay(identifier, end.bound))
        case .asked, .implicit: relayOpened(identifier, at: now)
        }
    }

    /// Whoever makes allocations and gives them back in turn leaves an entry each time.
    private mutating func noteExpiry(of allocation: Allocation) {
        if expiries.count >= 2 * clients.count + 1_023 {
            var live = expiries
            live.removeAll { slot(of: $0) == nil }
            expiries = live
        }
        expiries.insert(allocation.identifier, at: allocation.expiresAt)
    }

    private mutating func takeEnd(for slot: Int, _ grant: Grant, _ user: [UInt8]) -> RelayEnd? {
        if let reservation = grant.reservation {
            return relayPorts.claim(reservation.port, for: slot) ? reservation.end : nil
        }
        if grant.parity == .evenAndNext {
            guard !reservations.isFull, reservations.count(of: user) < configuration.limits.allocationsPerUser else {
                return nil
            }
        }
        return relayPorts.take(for: slot, grant.parity, random: &random).map { RelayEnd(grant.relay, port: $0) }
    }

    private mutating func replyAllocated(_ slot: Int, lifetimeSeconds: UInt32) {
        guard let allocation = allocations[slot] else { return }
        let answer = AllocationAnswer(
            relayed: allocation.relay.relayed, additional: allocation.additional?.relayed,
            additionalRefusal: allocation.additionalRefusal, mapped: allocation.client.remote,
            lifetimeSeconds: lifetimeSeconds, reservation: allocation.reservation, mobility: allocation.mobility)
        reply(.allocation(answer), allocation.origin, key: allocation.credentials.key)
    }
}

extension Server.Allocation {
    /// The Allocate request that made it.
    var origin: Server.Origin {
        Server.Origin(path: client, method: .allocate, transaction: transaction, size: 0)
    }
}

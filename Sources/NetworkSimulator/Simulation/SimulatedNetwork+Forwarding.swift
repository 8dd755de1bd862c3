import WireFormat

/// The way of a packet: up its host's link, through networks and gateways, down to another host.
extension SimulatedNetwork {
    /// Packets that pass more links than this are in a loop.
    private static let hopLimit = 64

    /// Takes a packet from a host. Delivery is always an event of its own, never within this call.
    @usableFromInline
    mutating func transmit(slot: Int, from host: Int, over path: Path) {
        guard hosts[host].isAlive else { return drop(slot, .hostGone, countedFor: host) }
        pool[slot].transport = path.transport
        pool[slot].segment = .data
        pool[slot].hops = 0
        pool[slot].origin = Int32(truncatingIfNeeded: host)
        pool[slot].stream = -1
        pool[slot].destination = path.remote
        hosts[host].counters.sentPackets += 1
        hosts[host].counters.sentBytes += Int(pool[slot].count)
        guard let (attachment, source) = interface(of: host, for: path) else {
            return drop(slot, .noSuchInterface, countedFor: host)
        }
        pool[slot].source = TransportAddress(ip: source, port: path.local.port)
        if hosts[host].isWatched { show(slot, host, .datagramOut(path)) }
        if path.transport == .udp {
            emit(slot, over: attachment)
        } else {
            transmitStream(slot, from: host, attachment, over: path)
        }
    }

    /// Sends a packet up a link; where it arrives at once at a host, delivery waits in the queue.
    mutating func emit(_ slot: Int, over attachment: Int) {
        if let host = sendUp(slot, attachment) {
            queue.push(.delivery, at: now.nanoseconds, index: slot, generation: UInt32(truncatingIfNeeded: host))
        }
    }

    func interface(of host: Int, for path: Path) -> (attachment: Int, source: IPAddress)? {
        for attachment in hosts[host].attachments {
            for address in attachments[attachment].addresses {
                if address == path.local.ip { return (attachment, address) }
                if path.local.ip.isUnspecified, address.isIPv4 == path.remote.ip.isIPv4 { return (attachment, address) }
            }
        }
        return nil
    }

    // MARK: Links. Each returns the host at which the packet arrived at once, or nil.

    mutating func sendUp(_ slot: Int, _ attachment: Int) -> Int? {
        guard attachments[attachment].isUp else { return drop(slot, .linkDown) }
        let bytes = pool[slot].wireBytes
        let isStream = pool[slot].transport != .udp
        let fate = attachments[attachment].up.transmit(bytes: bytes, isStream: isStream, at: now.nanoseconds)
        guard case .arrives(let arrival, let second, let corrupted, let isMarked) = fate else {
            return drop(slot, fate)
        }
        guard countHop(slot, attachment) else { return drop(slot, .hopLimit) }
        mark(slot, isMarked: isMarked, attachments[attachment].up.conditions)
        if corrupted { corrupt(slot, by: attachments[attachment].up.corruption(count: Int(pool[slot].count))) }
        if let second { queue.push(.arrivalInNetwork, at: second, index: pool.duplicate(slot)) }
        if arrival <= now.nanoseconds { return forward(slot, in: attachments[attachment].network) }
        queue.push(.arrivalInNetwork, at: arrival, index: slot)
        return nil
    }

    mutating func sendDown(_ slot: Int, _ attachment: Int) -> Int? {
        guard attachments[attachment].isUp else { return drop(slot, .linkDown) }
        let bytes = pool[slot].wireBytes
        let isStream = pool[slot].transport != .udp
        let fate = attachments[attachment].down.transmit(bytes: bytes, isStream: isStream, at: now.nanoseconds)
        guard case .arrives(let arrival, let second, let corrupted, let isMarked) = fate else {
            return drop(slot, fate)
        }
        guard countHop(slot, attachment) else { return drop(slot, .hopLimit) }
        mark(slot, isMarked: isMarked, attachments[attachment].down.conditions)
        if corrupted { corrupt(slot, by: attachments[attachment].down.corruption(count: Int(pool[slot].count))) }
        if let second { queue.push(.arrivalAtAttachment, at: second, index: pool.duplicate(slot)) }
        if arrival <= now.nanoseconds { return arrive(slot, at: attachment) }
        queue.push(.arrivalAtAttachment, at: arrival, index: slot)
        return nil
    }

    /// What a link does to the ECN field.
    private mutating func mark(_ slot: Int, isMarked: Bool, _ conditions: LinkConditions) {
        guard pool[slot].ecn != .notCapable else { return }
        if isMarked {
            pool[slot].ecn = .congestionExperienced
            hosts[Int(pool[slot].origin)].counters.markedPackets += 1
        }
        if conditions.bleachesECN { pool[slot].ecn = .notCapable }
    }

    private mutating func countHop(_ slot: Int, _ attachment: Int) -> Bool {
        hopCount += 1
        pool[slot].hops &+= 1
        pool[slot].attachment = Int32(truncatingIfNeeded: attachment)
        return pool[slot].hops < Self.hopLimit
    }

    // MARK: Networks and gateways

    /// A packet is in a network, coming from inside it: to a neighbour, or out through the gateway.
    mutating func forward(_ slot: Int, in network: Int) -> Int? {
        let destination = pool[slot].destination.ip
        if network == 0, !brokenRoutes.isEmpty,
            brokenRoutes.contains(Route(source: pool[slot].source.ip, destination: destination))
        {
            return drop(slot, .noRoute)
        }
        if let target = networks[network].attachments[FlowKey(destination)] {
            return sendDown(slot, target)
        }
        guard let gateway = networks[network].gateway else { return drop(slot, .noRoute) }
        return leave(slot, through: gateway)
    }

    private mutating func leave(_ slot: Int, through gateway: Int) -> Int? {
        if pool[slot].destination.ip == gateways[gateway].insideAddress {
            return answerPortMappingRequest(slot, at: gateway)
        }
        guard gateways[gateway].admitsOutbound(pool[slot], at: now.nanoseconds) else { return drop(slot, .blocked) }
        guard gateways[gateway].translates(pool[slot].source.ip) else {
            return sendUp(slot, gateways[gateway].attachment)
        }
        guard pool[slot].destination.ip.isIPv4 else { return drop(slot, .noRoute) }
        if gateways[gateway].ownsExternally(pool[slot].destination.ip) { return hairpin(slot, at: gateway) }
        guard translateSource(slot, at: gateway) else { return drop(slot, .mappingLimit) }
        return sendUp(slot, gateways[gateway].attachment)
    }

    private mutating func translateSource(_ slot: Int, at gateway: Int) -> Bool {
        let packet = pool[slot]
        let verdict = gateways[gateway].translator?.outbound(
            packet.transport, from: packet.source, to: packet.destination, at: now.nanoseconds)
        guard case .passes(let outside)? = verdict else { return false }
        pool[slot].source = outside
        return true
    }

    private mutating func hairpin(_ slot: Int, at gateway: Int) -> Int? {
        let hairpinning = gateways[gateway].rules.translation?.hairpinning ?? .off
        guard hairpinning != .off else { return drop(slot, .hairpinOff) }
        let internalSource = pool[slot].source
        guard translateSource(slot, at: gateway) else { return drop(slot, .mappingLimit) }
        if let reason = translateDestination(slot, at: gateway) { return drop(slot, reason) }
        if hairpinning == .internalSource { pool[slot].source = internalSource }
        return deliverInside(slot, gateway)
    }

    /// Nil if the packet may come in.
    private mutating func translateDestination(_ slot: Int, at gateway: Int) -> DropReason? {
        let packet = pool[slot]
        let verdict = gateways[gateway].translator?.inbound(
            packet.transport, from: packet.source, to: packet.destination, at: now.nanoseconds)
        switch verdict {
        case .passes(let inside)?:
            pool[slot].destination = inside
            return nil
        case .dropped(let reason)?: return reason
        case nil: return .noRoute
        }
    }

    /// A packet came down a link.
    mutating func arrive(_ slot: Int, at attachment: Int) -> Int? {
        switch attachments[attachment].owner {
        case .host(let host): return reach(host, slot)
        case .gateway(let gateway): return enter(slot, through: gateway)
        }
    }

    private mutating func enter(_ slot: Int, through gateway: Int) -> Int? {
        if gateways[gateway].translates(pool[slot].destination.ip),
            let reason = translateDestination(slot, at: gateway)
        {
            return drop(slot, reason)
        }
        if let reason = gateways[gateway].refusalOfInbound(pool[slot], at: now.nanoseconds) {
            return drop(slot, reason)
        }
        return deliverInside(slot, gateway)
    }

    mutating func deliverInside(_ slot: Int, _ gateway: Int) -> Int? {
        let inside = gateways[gateway].inside
        guard let target = networks[inside].attachments[FlowKey(pool[slot].destination.ip)] else {
            return drop(slot, .noRoute)
        }
        return sendDown(slot, target)
    }

    private mutating func reach(_ host: Int, _ slot: Int) -> Int? {
        guard hosts[host].isAlive else { return drop(slot, .hostGone) }
        return host
    }

    // MARK: Ends

    mutating func drop(_ slot: Int, _ fate: LinkState.Fate) -> Int? {
        if case .dropped(let reason) = fate { return drop(slot, reason) }
        return nil
    }

    @discardableResult
    mutating func drop(_ slot: Int, _ reason: DropReason) -> Int? {
        drop(slot, reason, countedFor: Int(pool[slot].origin))
        return nil
    }

    private mutating func drop(_ slot: Int, _ reason: DropReason, countedFor host: Int) {
        hosts[host].counters.count(reason)
        noteLoss(of: pool[slot])
        pool.release(slot)
    }

    private mutating func corrupt(_ slot: Int, by corruption: (offset: Int, change: UInt8)) {
        pool.withMutableBytes(of: slot) { bytes in
            if corruption.offset < bytes.count { bytes[corruption.offset] &+= corruption.change }
        }
    }

    func show(_ slot: Int, _ host: Int, _ passage: Passage) {
        for watcher in watchers where watcher.host == host {
            pool.withBytes(of: slot) { watcher.body($0, passage, now) }
        }
    }
}

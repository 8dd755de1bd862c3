import WireFormat

/// Allocations given back.
extension Agent {
    /// Gives back allocations on servers that are not wanted any more, unless data flows over them.
    mutating func releaseUnusedRelays(at now: Instant) {
        let base = selected.flatMap { index(of: $0) }.map { pairs[$0].base }
        let unwanted = relays.filter { relay in
            base != .relay(relay.identifier) && !servers.contains { $0.isSamePlace(as: relay.server) }
        }
        for relay in unwanted { release(relay.identifier, at: now) }
        startWaitingRelays(at: now)
    }

    private mutating func release(_ identifier: UInt16, at now: Instant) {
        guard let index = relayIndex(identifier) else { return }
        if case .releasing = relays[index].state { return }
        let hasEnded =
            switch relays[index].state {
            case .failed, .waiting: true
            case .allocating, .allocated, .releasing: false
            }
        relays[index].state = .releasing
        relays[index].challenger = nil
        relays[index].challengeAt = nil
        relays[index].client.deallocate(at: now)
        if hasEnded { relays.remove(at: index) }
        forget(.relay(identifier), at: now)
        drainRelays(at: now)
    }

    /// The session is over: gives all allocations back. What `pollTransmit` still has should be sent.
    public mutating func close(at now: Instant) {
        servers = []
        tasks = []
        isPacing = false
        checks = Queue(limit: checks.limit)
        responses = Queue(limit: responses.limit)
        selected = nil
        pairs = []
        searchAt = nil
        failAt = nil
        for identifier in relays.map(\.identifier) { release(identifier, at: now) }
        sockets = []
        stopTraversal()
        removeAllTimers()
    }

    private mutating func removeAllTimers() {
        pairsDeadline = .distantFuture
        connectionsDeadline = .distantFuture
        tcpPhase = .idle
        previousEndsAt = nil
        probes.removeAll { _ in true }
    }
}

import WireFormat

/// The contract of a core machine.
extension Agent {
    /// Fires what is due at `now`.
    public mutating func advance(to now: Instant) {
        if relaysDeadline <= now { advanceRelays(to: now) }
        advanceProbes(to: now)
        if pairsDeadline <= now { advancePairs(to: now) }
        if isPacing, paceAt <= now { pace(at: now) }
        if let previousEndsAt, previousEndsAt <= now { endPreviousGeneration(at: now) }
        if let searchAt, searchAt <= now { search(at: now) }
        advanceTraversal(to: now)
        if connectionsDeadline <= now { advanceConnections(to: now) }
        if let failAt, failAt <= now { reportFailure() }
        finishGatheringIfDone()
    }

    /// When to call `advance` next; it may come to nothing.
    public var nextDeadline: Instant? {
        var earliest = min(pairsDeadline, relaysDeadline, connectionsDeadline)
        if isPacing { earliest = min(earliest, paceAt) }
        if let deadline = probes.nextDeadline { earliest = min(earliest, deadline) }
        if let previousEndsAt { earliest = min(earliest, previousEndsAt) }
        if let searchAt { earliest = min(earliest, searchAt) }
        earliest = min(earliest, traversal.deadline)
        if let failAt { earliest = min(earliest, failAt) }
        return earliest == .distantFuture ? nil : earliest
    }

    /// The next event, or nil.
    public mutating func pollEvent() -> Event? { events.popFirst() }

    /// Writes the agent's next packet; nil, with the packet left empty, if there is none.
    ///
    /// - Parameter packet: empty, with room for 1,500 bytes.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        while let response = responses.popFirst() {
            if let path = write(response, into: &packet, at: now) { return path }
        }
        // Before the checks, which need the permissions that are asked for here.
        if relaysHaveOutput, let path = pollRelays(into: &packet, at: now) { return path }
        while let identifier = checks.popFirst() {
            if let path = writeCheck(identifier, into: &packet, at: now) { return path }
        }
        while let identifier = requests.popFirst() {
            if let path = writeBindingRequest(identifier, into: &packet) { return path }
        }
        return traversal.hasOutput ? writePunch(into: &packet) : nil
    }

    /// Whether any STUN or TURN server has answered since then, over whatever transport.
    public func hasHeardServer(since instant: Instant) -> Bool { serverHeardAt.map { $0 >= instant } ?? false }
}

import WireFormat

/// When ordinary checks and gathering requests start (RFC 8445 section 6.1.4).
extension Agent {
    /// Something may have become ready to be sent.
    mutating func wakePacer(at now: Instant) {
        isPacing = true
        startOpenTasks(at: now)
        startRelayedChecks(at: now)
        if paceAt <= now { pace(at: now) }
    }

    /// One tick of Ta: at most one new transaction that needs a binding of its own in a NAT, and those that need none.
    mutating func pace(at now: Instant) {
        guard startNextTask(at: now) || startNextCheck(at: now) else {
            isPacing = false
            return
        }
        let interval = burstRemaining > 0 ? pacing.burstInterval : pacing.interval
        burstRemaining = max(0, burstRemaining - 1)
        paceAt = now + interval
    }

    private mutating func startNextTask(at now: Instant) -> Bool {
        guard !tasks.isEmpty else { return false }
        let task = tasks.removeFirst()
        start(task, at: now)
        while let index = tasks.firstIndex(where: { $0.goesTheWay(of: task) }) {
            start(tasks.remove(at: index), at: now)
        }
        return true
    }

    /// The requests for which NATs have a binding already: the server has answered the socket before.
    private mutating func startOpenTasks(at now: Instant) {
        while let index = tasks.firstIndex(where: { $0.isOpen(by: traversal.observations) }) {
            start(tasks.remove(at: index), at: now)
        }
    }

    /// The first checks of pairs behind a relay: the way to it is open, and what is beyond is the relay's.
    private mutating func startRelayedChecks(at now: Instant) {
        guard current.remote != nil else { return }
        var room = pacing.relayedBurst
        while room > 0, let index = nextWaitingPair(where: \.base.isRelay) {
            startCheck(index, at: now)
            room -= 1
        }
    }

    private mutating func startNextCheck(at now: Instant) -> Bool {
        guard current.remote != nil else { return false }
        guard let index = nextWaitingPair(where: { _ in true }) ?? unfreezeNextPair() else { return false }
        startCheck(index, at: now)
        return true
    }

    /// The waiting pair of the highest priority.
    private func nextWaitingPair(where condition: (Pair) -> Bool) -> Int? {
        var best: Int?
        for index in pairs.indices {
            guard case .waiting = pairs[index].state, pairs[index].isPermitted, condition(pairs[index]) else {
                continue
            }
            if best.map({ pairs[index].priority > pairs[$0].priority }) ?? true { best = index }
        }
        return best
    }

    /// The frozen pair of the highest priority; one without a relative under way is preferred
    /// (RFC 8445 section 6.1.4.2).
    private func unfreezeNextPair() -> Int? {
        var best: Int?
        var isBestRedundant = true
        for index in pairs.indices {
            guard case .frozen = pairs[index].state, pairs[index].isPermitted else { continue }
            let isRedundant = hasRelativeUnderWay(index)
            guard let other = best else {
                (best, isBestRedundant) = (index, isRedundant)
                continue
            }
            if isRedundant == isBestRedundant ? pairs[index].priority > pairs[other].priority : isBestRedundant {
                (best, isBestRedundant) = (index, isRedundant)
            }
        }
        return best
    }

    private func hasRelativeUnderWay(_ index: Int) -> Bool {
        pairs.contains { other in
            switch other.state {
            case .waiting, .inProgress: other.hasFoundation(of: pairs[index])
            case .frozen, .valid, .failed: false
            }
        }
    }
}

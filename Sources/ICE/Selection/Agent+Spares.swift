import WireFormat

/// The warm spares and the old generation.
extension Agent {
    /// Decides which valid pairs are kept alive: the selected and the nominated one, the best relayed one, and of the
    /// others, up to the limit, first the best that goes a way which none of these goes, for what goes one way dies
    /// together: a direct path that came back from the dead is worth more than the selected one's twin over TCP. The rest
    /// expires.
    mutating func maintain(at now: Instant) {
        var kept = 0
        var hasRelayed = false
        for index in pairs.indices {
            let identifier = pairs[index].identifier
            let isChosen = identifier == selected || identifier == nomination?.pair || identifier == followed?.pair
            pairs[index].isWorthKeeping = isChosen && pairs[index].isValid
            guard pairs[index].isWorthKeeping else { continue }
            kept += 1
            hasRelayed = hasRelayed || pairs[index].isRelayed
        }
        if !hasRelayed, let spare = bestSpare(where: \.isRelayed) {
            pairs[spare].isWorthKeeping = true
            kept += 1
        }
        while kept < limits.maintainedPairs, let spare = bestSpare(where: isApart) ?? bestSpare(where: { _ in true }) {
            pairs[spare].isWorthKeeping = true
            kept += 1
        }
        for index in pairs.indices where pairs[index].isMaintained != pairs[index].isWorthKeeping {
            setMaintained(index, at: now)
        }
    }

    private func isApart(_ pair: Pair) -> Bool {
        !pairs.contains { $0.isWorthKeeping && $0.sharesWay(with: pair) }
    }

    private func bestSpare(where condition: (Pair) -> Bool) -> Int? {
        var best: Int?
        for index in pairs.indices where pairs[index].isValid && !pairs[index].isWorthKeeping {
            guard condition(pairs[index]) else { continue }
            if best.map({ isPreferred(pairs[index], to: pairs[$0]) }) ?? true { best = index }
        }
        return best
    }

    private mutating func setMaintained(_ index: Int, at now: Instant) {
        pairs[index].isMaintained = pairs[index].isWorthKeeping
        guard pairs[index].isMaintained, var validity = pairs[index].validity else { return }
        validity.next = min(validity.next, now + consentDelay())
        pairs[index].state = .valid(validity)
        lower(&pairsDeadline, to: validity.next)
    }

    /// Ends the previous generation some time after data has moved off it, for packets may still be under way.
    mutating func limitPreviousGeneration(at now: Instant) {
        guard let previous else { return }
        guard let selected, let index = index(of: selected), pairs[index].generation != previous.number else {
            previousEndsAt = nil
            return
        }
        if previousEndsAt == nil { previousEndsAt = now + .seconds(3) }
    }

    mutating func endPreviousGeneration(at now: Instant) {
        previousEndsAt = nil
        guard let number = previous?.number else { return }
        previous = nil
        removePairs(at: now) { $0.generation == number }
        releaseUnusedRelays(at: now)
    }

    // MARK: No valid pair

    /// Starts the timers that run while no pair is valid.
    mutating func expectValidPair(at now: Instant) {
        guard current.remote != nil, !pairs.contains(where: \.isValid) else { return }
        if failAt == nil, !hasFailed { failAt = now + liveness.failureTimeout }
        scheduleSearch(at: now)
    }

    // MARK: No direct pair

    /// As long as the session has no direct path, one is looked for again now and then: a NAT or firewall may have
    /// changed, or the peer may only now be there.
    mutating func scheduleSearch(at now: Instant) {
        considerConnections(at: now)
        let isDirect = selected.flatMap { index(of: $0) }.map { !pairs[$0].isRelayed } ?? false
        let isWanted = policy != .relayOnly || selected == nil
        guard !isDirect, isWanted, current.remote != nil else {
            searchAt = nil
            searches = 0
            return
        }
        if searchAt == nil { searchAt = now + searchInterval }
    }

    /// Every 5 seconds while nothing works; over a relay after 5, 10, 15 ... 30 seconds.
    private var searchInterval: Interval { .seconds(selected == nil ? 5 : 5 * Int64(min(searches, 5) + 1)) }

    /// Checks failed pairs again, the relayed ones too if there is no valid pair, and asks the STUN servers again.
    mutating func search(at now: Instant) {
        searches += 1
        searchAt = now + searchInterval
        for index in pairs.indices where (selected == nil || !pairs[index].isRelayed) && !pairs[index].isRevoked {
            if case .failed = pairs[index].state { pairs[index].state = .waiting }
        }
        if selected == nil || isBroken { challengeRelays(at: now) }
        repeatProbes()
        repeatConnections(at: now)
        wakePacer(at: now)
    }

    mutating func reportFailure() {
        failAt = nil
        hasFailed = true
        emit(.failed)
    }

    // MARK: Data in checks

    mutating func checkDataChanged(from old: [UInt8]?) {
        guard checkData != old else { return }
        if let checkData, checkData.count > Self.maximumCheckData { self.checkData = nil }
        dataVersion &+= 1
        isDataDelivered = false
        guard checkData != nil, let selected, let index = index(of: selected), var validity = pairs[index].validity
        else { return }
        // Due at once: this is not told the time, and the driver sees a deadline that has passed.
        validity.next = Instant(nanoseconds: .min)
        pairs[index].state = .valid(validity)
        lower(&pairsDeadline, to: validity.next)
    }
}

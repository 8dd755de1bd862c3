import WireFormat

/// Which pair data goes over (repeated nomination, in the style of draft-thatcher-ice-renomination).
extension Agent {
    /// Chooses anew after anything that matters has changed.
    mutating func evaluate(at now: Instant) {
        let best = bestPair()
        noteWhetherBroken(best: best, at: now)
        switch role {
        case .controlling: steer(best, at: now)
        case .controlled: follow(best, at: now)
        }
        maintain(at: now)
        limitPreviousGeneration(at: now)
        if best == nil { expectValidPair(at: now) }
        scheduleSearch(at: now)
        considerTraversal(at: now)
    }

    /// The controlling agent nominates; it moves once the peer has answered the nomination.
    private mutating func steer(_ best: Int?, at now: Instant) {
        guard let best else { return }
        if let nomination, let index = index(of: nomination.pair), pairs[index].isValid {
            if isBetter(best, than: index) { nominate(best, at: now) }
        } else {
            nominate(best, at: now)
        }
        if let nomination, nomination.isConfirmed, let index = index(of: nomination.pair) {
            select(index)
        } else if selected.flatMap({ index(of: $0) })?.rank(in: pairs) ?? 0 == 0 {
            select(best)
        }
    }

    mutating func nominate(_ index: Int, at now: Instant) {
        guard nomination?.pair != pairs[index].identifier else { return }
        nominationCounter = nominationCounter == .max ? .max : nominationCounter + 1
        nomination = Nomination(counter: nominationCounter, pair: pairs[index].identifier)
        probe(index, at: now)
    }

    /// The controlled agent follows the highest nomination while its pair works; else it takes what works and says so.
    private mutating func follow(_ best: Int?, at now: Instant) {
        followPlainNominations()
        guard let followed else {
            if let best, selected.flatMap({ index(of: $0) })?.rank(in: pairs) ?? 0 == 0 { select(best) }
            return
        }
        let nominated = index(of: followed.pair)
        if let nominated, pairs[nominated].validity?.rank ?? 0 > 0 {
            objection = nil
            select(nominated)
            return
        }
        guard let best, best.rank(in: pairs) > 0 || selected == nil else { return }
        if selected.flatMap({ index(of: $0) })?.rank(in: pairs) ?? 0 == 0 { select(best) }
        guard isHopeless(nominated) else { return }
        if let objection, objection.counter == followed.counter, let index = index(of: objection.pair),
            index.rank(in: pairs) > 0
        {
            return
        }
        objection = Objection(counter: followed.counter, pair: pairs[best].identifier)
        probe(best, at: now)
    }

    /// Whether a nominated pair has failed, rather than not yet been checked.
    private func isHopeless(_ index: Int?) -> Bool {
        guard let index else { return true }
        return switch pairs[index].state {
        case .failed, .valid: true
        case .frozen, .waiting, .inProgress: false
        }
    }

    mutating func select(_ index: Int) {
        guard selected != pairs[index].identifier else { return }
        selected = pairs[index].identifier
        early = nil
        hasBegun = true
        emit(.selectedPairChanged(describe(pairs[index])))
    }

    /// What a check says about nomination.
    mutating func noteNomination(_ check: IncomingCheck, over identifier: PairIdentifier, at now: Instant) {
        switch role {
        case .controlled:
            guard check.isNomination else { return }
            guard let counter = check.counter else { return notePlainNomination(of: identifier, at: now) }
            if let followed, counter <= followed.counter { return }
            nominationCounter = max(nominationCounter, counter)
            followed = Nomination(counter: counter, pair: identifier, isConfirmed: true)
            objection = nil
            evaluate(at: now)
        case .controlling:
            guard !check.isNomination, let counter = check.counter, let nomination, nomination.counter == counter,
                nomination.pair != identifier
            else { return }
            acceptObjection(to: nomination.pair, inFavourOf: identifier, at: now)
        }
    }

    /// An agent that is not ours nominates without a counter.
    private mutating func notePlainNomination(of identifier: PairIdentifier, at now: Instant) {
        guard let index = index(of: identifier), !pairs[index].isNominated else { return }
        pairs[index].isNominated = true
        evaluate(at: now)
    }

    /// RFC 8445 section 8.1.1 and, for agents that nominate with every check, RFC 5245 section 8.1.1.2: of several
    /// nominated pairs the one of the highest priority is used, and after a restart only those of the new generation.
    private mutating func followPlainNominations() {
        var highest: Int?
        for index in pairs.indices where pairs[index].isNominated && (!isHopeless(index) || index.rank(in: pairs) > 0) {
            guard let other = highest else {
                highest = index
                continue
            }
            let (mine, theirs) = (pairs[index], pairs[other])
            if (mine.generation, mine.priority) > (theirs.generation, theirs.priority) { highest = index }
        }
        guard let highest, followed?.pair != pairs[highest].identifier else { return }
        followed = Nomination(counter: nominationCounter, pair: pairs[highest].identifier, isConfirmed: true)
        objection = nil
    }

    /// The nominated pair is dead for the peer; what else we believed in must answer before it is chosen again.
    private mutating func acceptObjection(
        to dead: PairIdentifier, inFavourOf working: PairIdentifier, at now: Instant
    ) {
        guard let favourite = index(of: working), pairs[favourite].isValid else { return }
        if let index = index(of: dead) { strike(index, at: now) }
        for index in pairs.indices where pairs[index].isValid && index != favourite { doubt(index, at: now) }
        nominate(favourite, at: now)
        evaluate(at: now)
    }

    /// The best pair that is valid: by health, then direct before relayed, UDP before TCP, newer generation, lower
    /// round-trip time, higher priority.
    private func bestPair() -> Int? {
        var best: Int?
        for index in pairs.indices where pairs[index].isValid {
            if best.map({ isPreferred(pairs[index], to: pairs[$0]) }) ?? true { best = index }
        }
        return best
    }

    func isPreferred(_ pair: Pair, to other: Pair) -> Bool {
        let (mine, theirs) = (rank(of: pair), rank(of: other))
        if mine != theirs { return mine > theirs }
        if pair.isRelayed != other.isRelayed {
            let (direct, relayed) = pair.isRelayed ? (other, pair) : (pair, other)
            return pair.isRelayed != isWorthBeingDirect(direct, instead: relayed)
        }
        if pair.isOverTCP != other.isOverTCP { return other.isOverTCP }
        if pair.isRelayedOverStream != other.isRelayedOverStream { return other.isRelayedOverStream }
        if pair.generation != other.generation { return pair.generation > other.generation }
        let (time, otherTime) = (pair.roundTripTime.smoothed, other.roundTripTime.smoothed)
        if let time, let otherTime, time != otherTime { return time < otherTime }
        if pair.priority != other.priority { return pair.priority > other.priority }
        return pair.identifier < other.identifier
    }

    /// A direct path over UDP always is. Over TCP a lost segment holds up all that follows by a round trip and more,
    /// which a relay over UDP does not, but the detour over a relay costs every packet: so TCP is taken unless its round
    /// trips, in which such waits show, are longer than the relay's by more than a fifth and 5 ms.
    private func isWorthBeingDirect(_ direct: Pair, instead relayed: Pair) -> Bool {
        guard direct.isOverTCP else { return true }
        guard let time = direct.roundTripTime.smoothed else { return false }
        guard let relayedTime = relayed.roundTripTime.smoothed else { return true }
        return time <= relayedTime + relayedTime / 5 + .milliseconds(5)
    }

    /// A spare under test counts for nothing until it has answered: what kills one path often kills another with it.
    ///
    /// While a path over UDP is on probation, so is its twin over TCP: what goes one way dies together, and a session that
    /// took the twin meanwhile would stay there for as long as the probation lasts.
    func rank(of pair: Pair) -> Int {
        guard let validity = pair.validity else { return -1 }
        let isUnderTest =
            validity.isTested && pair.identifier != selected && pair.identifier != nomination?.pair
        guard !isUnderTest, validity.rank > 0 else { return 0 }
        guard pair.isOverTCP else { return validity.rank }
        let twin = pairs.first { !$0.isOverTCP && !$0.isRelayed && $0.rank > 0 && $0.sharesWay(with: pair) }
        return min(validity.rank, twin?.rank ?? validity.rank)
    }

    /// Whether it is worth moving: a round-trip time must be lower by a fifth and by 5 ms, or paths of about the same
    /// length would take turns. Nor is a direct path left that works while on probation: the relay is the longer way, so
    /// that the move is seen, and so is the one back.
    private func isBetter(_ index: Int, than other: Int) -> Bool {
        let (pair, current) = (pairs[index], pairs[other])
        guard index != other, isPreferred(pair, to: current) else { return false }
        if pair.isRelayed, !current.isRelayed, !current.isOverTCP, rank(of: current) > 0 { return false }
        if current.isOverTCP, pair.isRelayed, rank(of: pair) == rank(of: current),
            let time = pair.roundTripTime.smoothed, let currentTime = current.roundTripTime.smoothed
        {
            return time + time / 2 + .milliseconds(10) < currentTime
        }
        guard pair.validity?.rank == current.validity?.rank, pair.isRelayed == current.isRelayed,
            pair.isOverTCP == current.isOverTCP, pair.isRelayedOverStream == current.isRelayedOverStream,
            pair.generation == current.generation
        else { return true }
        guard let time = pair.roundTripTime.smoothed, let currentTime = current.roundTripTime.smoothed else {
            return false
        }
        return time + max(.milliseconds(5), currentTime / 5) < currentTime
    }
}

extension Int {
    /// The health of the pair at this index, zero if it is not valid.
    func rank(in pairs: [Pair]) -> Int { pairs[self].validity?.rank ?? 0 }
}

import ICE
import Transport
import WireFormat

/// Between the first doubt about a path and the agent's verdict, data takes every path that may work.
///
/// The one who hears nothing (`Connection.isSilent`) sends each record over the path in use and its spares, with the
/// newest pixels and input first, and asks the peer to answer wherever that arrives. The peer copies what it sends to
/// where it heard the question. Both stop when an answer came over the path in use, or when the agent has moved.
extension Session {
    /// No race takes longer: by then the agent has found a path that works, or there is none.
    static var raceLimit: Interval { .seconds(5) }

    /// Answers over the path in use are overdue.
    mutating func noteSilence(at now: Instant) {
        guard transport.isSilent, let pair = agent.selectedIdentifier else { return }
        let isTaken = race?.reason == .silence
        guard !isTaken || !agent.isInDoubt(pair) else { return }
        // Before they are put to the test, for what is under test counts for nothing.
        let spares = agent.spares(of: pair)
        if !agent.isInDoubt(pair) { agent.reportSilence(over: pair, at: now) }
        guard !isTaken, let first = spares.first else { return }
        beginRace(from: pair, over: spares.map(\.identifier), because: .silence, at: now)
        transport.race(
            on: PathIdentifier(UInt64(first.identifier.number)), measuredRTT: first.roundTripTime, because: .silence,
            at: now, channel: &screen)
    }

    /// A record came over this pair.
    ///
    /// - Parameters:
    ///   - number: the record's; one that was overtaken says nothing of what the peer wants now.
    ///   - hasAnswer: it acknowledged what the path in doubt alone can have carried.
    mutating func noteRecord(_ number: UInt64, over pair: PairIdentifier, hasAnswer: Bool, at now: Instant) {
        guard let selected = agent.selectedIdentifier else { return }
        if let asked = race?.askedBy, transport.peerCopyReason == .silence { race?.askedBy = max(asked, number) }
        if pair == selected {
            switch race?.reason {
            case .silence: if hasAnswer { endRace(at: now) }
            case .peer: if transport.peerCopyReason != .silence, number > race?.askedBy ?? 0 { endRace(at: now) }
            case nil: break
            }
        } else if race == nil, transport.peerCopyReason != .peer, agent.isValid(pair) {
            beginRace(from: selected, over: [pair], because: .peer, askedBy: number, at: now)
            if transport.peerCopyReason == .silence { doubtWithPeer(over: pair, at: now) }
        }
    }

    /// The peer hears nothing: either its packets are lost, or ours.
    private mutating func doubtWithPeer(over identifier: PairIdentifier, at now: Instant) {
        guard let pair = agent.pair(identifier) else { return }
        transport.race(
            on: PathIdentifier(UInt64(identifier.number)), measuredRTT: pair.roundTripTime, because: .peer, at: now,
            channel: &screen)
    }

    private mutating func beginRace(
        from suspect: PairIdentifier, over others: [PairIdentifier], because reason: Connection.CopyReason,
        askedBy: UInt64 = 0, at now: Instant
    ) {
        race = PathRace(suspect: suspect, others: others, reason: reason, askedBy: askedBy)
        transport.isEchoing = reason == .peer
        deadlines[.race] = now + Self.raceLimit
    }

    /// An answered check settles a doubt as well as an acknowledgement does.
    mutating func settleRace(at now: Instant) {
        guard let race, race.reason == .silence, !agent.isInDoubt(race.suspect) else { return }
        endRace(at: now)
    }

    /// The path in use works, or nothing does.
    mutating func endRace(at now: Instant) {
        guard let ended = race else { return }
        forgetRace()
        transport.endRace(at: now)
        if ended.reason == .silence { agent.reportAnswer(over: ended.suspect, at: now) }
    }

    /// The agent has moved; the transport is told which path it is.
    mutating func forgetRace() {
        race = nil
        copies.owed = []
        transport.isEchoing = false
        deadlines[.race] = nil
    }

    /// Keeps a sealed record for the further paths: those of a race, or for the farewell, which is said but once, one for
    /// each way that may work.
    mutating func copy(_ record: Span<UInt8>, takenBy pair: PairIdentifier) {
        let others: [PairIdentifier]
        if case .ended = phase {
            others = agent.spares(of: pair).map(\.identifier)
        } else if let race {
            others = race.others
        } else {
            return
        }
        copies.record.removeAll(keepingCapacity: true)
        for index in record.indices { copies.record.append(record[index]) }
        copies.owed = others.prefix(Self.mostCopies)
    }

    /// As many as the agent keeps alive.
    private static var mostCopies: Int { 4 }

    mutating func nextCopy(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        while let pair = copies.owed.popFirst() {
            let record = copies.record
            guard let path = agent.send(record.span, over: pair, into: &packet, at: now) else { continue }
            figures.copiesSent += 1
            figures.copiedBytes += UInt64(packet.count)
            return path
        }
        return nil
    }
}

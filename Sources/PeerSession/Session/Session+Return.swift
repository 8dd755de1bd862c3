import ICE
import Transport
import WireFormat

/// Coming back after the network was away: the code is not asked for again, since the keys are still there.
///
/// The agent finds the pair that carries again (`Agent.networkChanged`); what is here lets the newest pixels and keys go
/// over it at once, instead of when the transport's probe timeouts, which have backed off meanwhile, come round.
extension Session {
    /// A session that is up has something to do every second. A call that comes later than this after the one before
    /// means that this machine was asleep, or the program stopped, and the network may be another one.
    static var sleepLimit: Interval { .seconds(4) }

    /// The network may be back, or be another one: an address came, an interface came up.
    public mutating func networkChanged(at now: Instant) {
        lookForNetwork(at: now)
        if agent.isBroken || transport.isSilent { resume(at: now) }
        process(at: now)
    }

    private mutating func lookForNetwork(at now: Instant) {
        // Who waits for a viewer has what it needs, or looks for it again when one comes.
        if hasNoPath, !isWaiting { lookForStreams(at: now) }
        agent.networkChanged(at: now)
    }

    /// Called first in each turn. After a sleep, answers that came meanwhile tell nothing of the round trip: nothing is
    /// measured by what was in flight.
    mutating func noteTurn(at now: Instant) {
        defer { turnAt = now }
        extendHandshake(at: now)
        guard isEstablished, figures.setup != nil, turnAt + Self.sleepLimit < now else { return }
        lookForNetwork(at: now)
        resume(at: now)
    }

    /// Nobody is to blame for not answering a machine that was asleep. Unlike a session that is up, a handshake may have
    /// nothing to do for long: that it slept shows when what was due is long overdue.
    private mutating func extendHandshake(at now: Instant) {
        guard let limit = deadlines[.handshake], let due = nextDeadline, due + Self.sleepLimit < now else { return }
        deadlines[.handshake] = limit + (now - turnAt)
    }

    /// The host is not there yet, and is asked for again: its time to answer has not begun.
    mutating func waitForHost(at now: Instant) {
        if deadlines[.handshake] != nil { deadlines[.handshake] = now + configuration.handshakeTimeout }
    }

    /// Called last in each turn: something works again, where nothing did.
    mutating func noteReturn(at now: Instant) {
        guard agent.isBroken != wasBroken else { return }
        wasBroken = agent.isBroken
        if !wasBroken { resume(at: now) } else if isPathLost { goOnWithStreams(at: now) }
    }

    /// What is newest goes out anew over the selected path.
    mutating func resume(at now: Instant) {
        guard isEstablished, agent.selectedIdentifier != nil else { return }
        endRace(at: now)
        screen.pathChanged()
        transport.resume(at: now, channel: &screen)
    }
}

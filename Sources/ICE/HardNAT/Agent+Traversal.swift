import STUN
import WireFormat

/// When hard NATs are dealt with, and how far that has come.
extension Agent {
    private var hasDirectPair: Bool {
        pairs.contains { !$0.isRelayed && ($0.validity?.rank ?? 0) > 0 }
    }

    /// Begins when data flows over a relay, and ends when a direct pair is there.
    mutating func considerTraversal(at now: Instant) {
        guard traversal.settings.isEnabled, policy == .all, current.remote != nil else { return }
        if hasDirectPair { return endTraversal() }
        guard case .idle = traversal.phase, selected != nil else { return }
        traversal.phase = .waiting(until: max(now + traversal.settings.patience, traversal.notBefore))
    }

    private mutating func endTraversal() {
        if case .idle = traversal.phase { return }
        forgetCampaign()
        traversal.phase = .idle
    }

    private mutating func forgetCampaign() {
        releasePunchSockets()
        traversal.mine = nil
        traversal.theirs = nil
        traversal.plan = nil
        traversal.peerReady = nil
        traversal.due = traversal.sent
    }

    /// Sockets came or went: what was found out, and what was in vain, counts no more.
    mutating func renewTraversal(at now: Instant) {
        guard traversal.settings.isEnabled else { return }
        forgetCampaign()
        traversal.phase = .idle
        traversal.campaigns = 0
        traversal.delays = 0
        traversal.notBefore = now
        considerTraversal(at: now)
    }

    /// The session is over; the driver closes the sockets with all others.
    mutating func stopTraversal() {
        traversal.phase = .idle
        traversal.sockets = []
        traversal.due = traversal.sent
    }

    mutating func advanceTraversal(to now: Instant) {
        guard traversal.deadline <= now else { return }
        switch traversal.phase {
        case .idle: break
        case .waiting: beginCampaign(at: now)
        case .scouting: tellReport(at: now)
        case .reported, .preparing, .armed: rest(at: now)
        case .sending(let attempt, _): sendPortion(attempt, at: now)
        case .listening(let attempt, _): prepare(attempt + 1, at: now)
        case .resting:
            traversal.phase = .idle
            repeatProbes()
            wakePacer(at: now)
            considerTraversal(at: now)
        }
    }

    // MARK: Finding out

    /// The peer says in its answer where it saw a check of ours come from.
    mutating func noteMapping(_ mapped: TransportAddress, of pair: Pair) {
        guard case .socket(let socket) = pair.base, pair.path.transport == .udp, mapped.ip.isIPv4 else { return }
        traversal.observations.note(mapped, of: socket, by: pair.remote.address)
    }

    /// A check was answered from there with what only the session's peer has.
    mutating func noteProof(of ip: IPAddress, at now: Instant) {
        traversal.prove(ip)
        if case .armed = traversal.phase { beginSending(at: now) }
    }

    /// The regular socket that the most have seen.
    private var bestObserved: (socket: UInt16, mapping: NATReport.Mapping, mapped: TransportAddress)? {
        var best: (socket: UInt16, mapping: NATReport.Mapping, mapped: TransportAddress)?
        var mostSeen = 0
        for socket in sockets where socket.transport == .udp && socket.address.ip.isIPv4 && !socket.isPunched {
            let seen = traversal.observations.entries.count { $0.socket == socket.identifier }
            guard seen > mostSeen, let known = traversal.observations.behavior(of: socket.identifier) else { continue }
            mostSeen = seen
            best = (socket.identifier, known.mapping, known.mapped)
        }
        return best
    }

    private static var observationDelays: Int { 8 }
    private static var observationDelay: Interval { .milliseconds(250) }
    private static var scoutCount: Int { 3 }

    private mutating func beginCampaign(at now: Instant) {
        guard selected != nil else { return endTraversal() }
        guard let observed = bestObserved, observed.mapping != .unknown else {
            traversal.delays += 1
            if traversal.delays > Self.observationDelays { return rest(at: now) }
            traversal.phase = .waiting(until: now + Self.observationDelay)
            return
        }
        releaseSpentPunchSockets(at: now)
        traversal.socket = observed.socket
        let report = NATReport(mapping: observed.mapping, step: 0, address: observed.mapped)
        traversal.mine = report
        noteCampaign(at: now)
        guard report.isHard, let socket = socket(observed.socket) else { return tellReport(at: now) }
        traversal.phase = .scouting(until: now + .seconds(2))
        emit(.punchSocketsWanted(count: Self.scoutCount, at: socket.address.ip))
    }

    private mutating func noteCampaign(at now: Instant) {
        traversal.notBefore = now + traversal.settings.backOff * (1 << Int64(min(traversal.campaigns, 8)))
        traversal.campaigns += 1
        traversal.delays = 0
    }

    /// Three sockets have asked a server, or had time for it: their ports tell whether the next can be predicted.
    private mutating func tellReport(at now: Instant) {
        if case .scouting = traversal.phase {
            traversal.mine?.step = NATReport.step(of: traversal.scouted.compactMap { $0 })
            releasePunchSockets()
        }
        guard let mine = traversal.mine else { return rest(at: now) }
        emit(.traversalMessage(TraversalMessage(mine).encoded))
        traversal.phase = .reported(until: now + .seconds(10))
        beginAttempts(at: now)
    }

    /// A fresh socket has been told its port.
    mutating func noteScouted(_ mapped: TransportAddress, at address: TransportAddress, at now: Instant) {
        guard let index = traversal.sockets.firstIndex(where: { $0.address == address }),
            index < traversal.scouted.count
        else { return }
        traversal.scouted[index] = mapped.port
        switch traversal.phase {
        case .scouting: if !traversal.scouted.contains(nil) { tellReport(at: now) }
        case .preparing(let attempt, _): arm(attempt, lastPort: mapped.port, at: now)
        default: break
        }
    }

    // MARK: The other agent

    /// Takes a message of the other agent's `Event.traversalMessage`; what makes no sense is ignored.
    public mutating func receiveTraversal(_ bytes: Span<UInt8>, at now: Instant) {
        guard traversal.settings.isEnabled, policy == .all, !hasDirectPair,
            let message = TraversalMessage(decoding: bytes)
        else { return }
        switch message {
        case .report(let report): noteReport(report, at: now)
        case .ready(let attempt, let port): noteReady(attempt, port, at: now)
        }
    }

    private mutating func noteReport(_ report: NATReport, at now: Instant) {
        switch traversal.phase {
        case .idle, .waiting, .scouting: traversal.theirs = report
        case .reported:
            traversal.theirs = report
            beginAttempts(at: now)
        case .resting:
            // The peer's network has changed, or it tries once more: so do we, but not more often than ever.
            traversal.theirs = report
            traversal.phase = .waiting(until: max(now, traversal.notBefore))
        case .preparing, .armed, .sending, .listening: break
        }
    }

    private mutating func noteReady(_ attempt: UInt8, _ port: UInt16, at now: Instant) {
        guard attempt >= traversal.phase.attempt ?? 1 else { return }
        traversal.peerReady = (attempt, port)
        switch traversal.phase {
        case .armed(attempt, _): beginSending(at: now)
        case .armed, .listening, .sending:
            if attempt != traversal.phase.attempt { prepare(attempt, at: now) }
        default: break
        }
    }

    // MARK: An attempt

    /// Both sides know both NATs. If both ports are known, plain checks should find a path: they get more time.
    private mutating func beginAttempts(at now: Instant) {
        guard let mine = traversal.mine, let theirs = traversal.theirs else { return }
        if mine.isHard || theirs.isHard { return prepare(1, at: now) }
        traversal.phase = .listening(attempt: 0, until: now + .seconds(2))
    }

    private mutating func prepare(_ attempt: UInt8, at now: Instant) {
        releasePunchSockets()
        if traversal.peerReady?.attempt != attempt { traversal.peerReady = nil }
        guard let mine = traversal.mine, let theirs = traversal.theirs, let socket = socket(traversal.socket),
            let plan = TraversalPlan.of(mine, against: theirs, attempt: attempt, role: role, traversal.settings)
        else { return rest(at: now) }
        traversal.plan = plan
        traversal.nonce = TransactionIdentifier(random: &random)
        (traversal.position, traversal.sent, traversal.due, traversal.total) = (0, 0, 0, 0)
        switch plan {
        case .probe: arm(attempt, at: now)
        case .open(let count), .meet(let count):
            traversal.phase = .preparing(attempt: attempt, until: now + .seconds(3))
            emit(.punchSocketsWanted(count: count, at: socket.address.ip))
        }
    }

    /// All is there on our side.
    mutating func arm(_ attempt: UInt8, lastPort: UInt16 = 0, at now: Instant) {
        traversal.lastPort = lastPort
        traversal.phase = .armed(attempt: attempt, until: now + .seconds(8))
        if case .meet = traversal.plan { tellReady(attempt) }
        beginSending(at: now)
    }

    private mutating func tellReady(_ attempt: UInt8) {
        emit(.traversalMessage(TraversalMessage.ready(attempt: attempt, port: traversal.lastPort).encoded))
    }

    /// Begins if the peer is ready too, and is known to be where it says.
    mutating func beginSending(at now: Instant) {
        guard case .armed(let attempt, _) = traversal.phase, let plan = traversal.plan, let theirs = traversal.theirs,
            traversal.provenAddresses.contains(theirs.address.ip)
        else { return }
        switch plan {
        case .open: traversal.total = traversal.sockets.count
        case .meet:
            guard traversal.peerReady?.attempt == attempt else { return }
            // Twice: the first check of a pair is what opens the NAT for the other side's.
            traversal.total = traversal.sockets.count * 2
        case .probe(let isPredicted):
            guard let ready = traversal.peerReady, ready.attempt == attempt else { return }
            traversal.ports =
                isPredicted ? .predicted(last: ready.port, step: theirs.step) : .scattered(using: &random)
            traversal.total = isPredicted ? traversal.settings.predictionWindow : traversal.settings.probes
        }
        traversal.phase = .sending(attempt: attempt, next: now)
        sendPortion(attempt, at: now)
    }

    private mutating func sendPortion(_ attempt: UInt8, at now: Instant) {
        guard traversal.due < traversal.total else { return listen(attempt, at: now) }
        traversal.due = min(traversal.due + traversal.portion, traversal.total)
        traversal.phase = .sending(attempt: attempt, next: now + Traversal.portionInterval)
    }

    private mutating func listen(_ attempt: UInt8, at now: Instant) {
        if case .open = traversal.plan { tellReady(attempt) }
        traversal.phase = .listening(attempt: attempt, until: now + patienceOfAttempt)
    }

    /// Round trips, and for the many sockets the time that the other side's probes take.
    private var patienceOfAttempt: Interval {
        let settings = traversal.settings
        guard case .open(let count) = traversal.plan else { return .milliseconds(1_500) }
        let probes = count == settings.sockets ? settings.probes : settings.predictionWindow
        return .seconds(Int64(probes)) / Int64(max(1, settings.packetsPerSecond)) + .milliseconds(2_500)
    }

    /// Something has come through: nothing more is sent until it is seen what comes of it.
    mutating func pauseSending(at now: Instant) {
        guard case .sending(let attempt, _) = traversal.phase else { return }
        traversal.due = traversal.sent
        traversal.phase = .sending(attempt: attempt, next: now + .milliseconds(500))
    }

    private mutating func rest(at now: Instant) {
        forgetCampaign()
        if traversal.delays > 0 { noteCampaign(at: now) }
        let isLast = traversal.campaigns >= traversal.settings.campaigns
        traversal.phase = .resting(until: isLast ? .distantFuture : max(traversal.notBefore, now + .seconds(1)))
    }
}

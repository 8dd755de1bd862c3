import ICE
import WireFormat

/// The relays that are reached over TCP or TLS, tried for as long as nothing else answers, in the manner of RFC 8305.
///
/// UDP has a head start of a little more than one round trip to the server, which signaling has measured: where UDP
/// works, its answer is there by then, and no connection is opened in vain. Where it does not, nobody waits for a timeout:
/// one connection over TCP and one over TLS are opened together, since which of them passes nobody knows, then the
/// next of each. They have as long again, to open and then to bring an answer; a refusal makes the next ones start at
/// once.
struct StreamLadder: Sendable {
    /// How far a relay got.
    private enum Phase: Hashable, Sendable {
        case waiting
        case opening(since: Instant)
        case open(from: TransportAddress, since: Instant, requestedAt: Instant)
        case failed
    }

    private struct Rung: Sendable {
        let server: Agent.Server
        var phase = Phase.waiting
    }

    /// What to do now.
    enum Step: Sendable {
        case open([Agent.Server], lookAgainAt: Instant)
        case wait(until: Instant)
        /// There are no such relays.
        case nothing
    }

    /// Without a measured round trip, one to a server on the same continent.
    private static let usualRoundTrip = Interval.milliseconds(80)
    /// What pacing, scheduling and jitter may add to a round trip.
    private static let margin = Interval.milliseconds(20)
    /// UDP answers, or a connection does, but no path came of it: the other relays are tried after all.
    private static let patience = Interval.seconds(2)
    /// After the last relay, all are tried again; the pause doubles up to eight times this.
    private static let pause = Interval.seconds(2)

    /// RFC 6298 section 2: a SYN goes out again after one second and after three. What has not opened a second later may be
    /// sent from an address that is gone.
    private static let openingPatience = Interval.seconds(4)

    /// To the server, as signaling measured it.
    var roundTrip: Interval?
    private var rungs: [Rung] = []
    private(set) var startedAt = Instant.zero
    private var rounds = 0

    /// A round trip with room for its variance.
    private var stride: Interval {
        let measured = roundTrip ?? Self.usualRoundTrip
        return measured + Interval(nanoseconds: measured.nanoseconds / 4) + Self.margin
    }

    /// Until when a server's answer lets hope for a path: ten round trips are enough for an allocation, its permissions
    /// and checks, with losses.
    var answerExpires: Instant { startedAt + max(Self.patience, (roundTrip ?? Self.usualRoundTrip) * 10) }

    /// When UDP should have answered, by a round trip that was measured just now: a connection in vain is closed with the
    /// session, one too late keeps a person waiting.
    var answerDue: Instant {
        let measured = roundTrip ?? Self.usualRoundTrip
        return startedAt + measured + Interval(nanoseconds: measured.nanoseconds / 8) + Self.margin / 4
    }

    /// Whether some connection was asked for.
    var isClimbing: Bool {
        rungs.contains { rung in
            switch rung.phase {
            case .opening, .open: true
            case .waiting, .failed: false
            }
        }
    }

    /// Takes the relays, those that the session knows already as they are; what is open can be asked only now.
    mutating func setServers(_ servers: [Agent.Server], at now: Instant) {
        rungs = servers.filter { $0.transport != .udp }.map { server in
            let known = rungs.first { $0.server.address == server.address && $0.server.transport == server.transport }
            if case .open(let local, _, let requestedAt) = known?.phase {
                return Rung(server: server, phase: .open(from: local, since: now, requestedAt: requestedAt))
            }
            return Rung(server: server, phase: known?.phase ?? .waiting)
        }
    }

    /// UDP is asked at this moment.
    ///
    /// - Returns: when to take the first step; nil if there are no relays.
    mutating func start(at now: Instant) -> Instant? {
        startedAt = now
        rounds = 0
        for index in rungs.indices where rungs[index].phase == .failed { rungs[index].phase = .waiting }
        return rungs.isEmpty ? nil : now + stride
    }

    /// The machine has other addresses, perhaps: what is being opened may be so from one that is gone.
    mutating func forgetOpening() {
        for index in rungs.indices {
            if case .opening = rungs[index].phase { rungs[index].phase = .waiting }
        }
    }

    /// A connection is open; the newest request for this transport is meant, unless it says whom it leads to.
    mutating func opened(_ stream: RelayStream, at now: Instant) {
        let asked = rungs.indices.filter { index in
            guard case .opening = rungs[index].phase else { return false }
            return rungs[index].server.transport == stream.transport
        }
        let meant = asked.last { rungs[$0].server.address == stream.server } ?? asked.last
        guard let meant, case .opening(let since) = rungs[meant].phase else { return }
        rungs[meant].phase = .open(from: stream.local, since: now, requestedAt: since)
    }

    /// A connection could not be opened.
    mutating func failed(_ server: TransportAddress, _ transport: TransportProtocol) {
        for index in rungs.indices
        where rungs[index].server.address == server && rungs[index].server.transport == transport {
            if case .opening = rungs[index].phase { rungs[index].phase = .failed }
        }
    }

    /// An open connection broke.
    mutating func closed(_ local: TransportAddress, _ transport: TransportProtocol) {
        for index in rungs.indices where rungs[index].server.transport == transport {
            if case .open(local, _, _) = rungs[index].phase { rungs[index].phase = .failed }
        }
    }

    /// What to do while there is no path.
    ///
    /// - Parameter hasAnswer: something was heard from a server, over UDP or a connection.
    mutating func step(hasAnswer: Bool, at now: Instant) -> Step {
        guard !rungs.isEmpty else { return .nothing }
        if hasAnswer, now < answerExpires { return .wait(until: answerExpires) }
        if let until = newestDeadline, now < until { return .wait(until: until) }
        let next = [TransportProtocol.tcp, .tls].compactMap { transport in
            rungs.firstIndex { $0.phase == .waiting && $0.server.transport == transport }
        }
        if !next.isEmpty {
            for index in next { rungs[index].phase = .opening(since: now) }
            return .open(next.map { rungs[$0].server }, lookAgainAt: now + stride)
        }
        for index in rungs.indices where hasFailed(rungs[index].phase, by: now) { rungs[index].phase = .waiting }
        let pause = Self.pause * Int64(1 << min(rounds, 3))
        rounds += 1
        return .wait(until: now + pause)
    }

    private func hasFailed(_ phase: Phase, by now: Instant) -> Bool {
        switch phase {
        case .failed: true
        case .opening(let since): since + Self.openingPatience <= now
        case .waiting, .open: false
        }
    }

    /// Until when the relay that was tried last has time: a stride to open, and then one to answer.
    private var newestDeadline: Instant? {
        var newest: (at: Instant, deadline: Instant)?
        for rung in rungs {
            let (requestedAt, deadline): (Instant, Instant)
            switch rung.phase {
            case .waiting, .failed: continue
            case .opening(let since): (requestedAt, deadline) = (since, since + stride)
            case .open(_, let since, let requested): (requestedAt, deadline) = (requested, since + stride)
            }
            if newest.map({ $0.at <= requestedAt }) ?? true { newest = (requestedAt, deadline) }
        }
        return newest?.deadline
    }
}

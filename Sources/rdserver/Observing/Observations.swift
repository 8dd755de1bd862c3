import Foundation
import Rendezvous
import TURN
import WireFormat

/// What signaling, the relay and the peers have told, added up. Bounded, whatever they tell.
struct Observations: Sendable {
    /// Sessions kept; signaling has a limit of its own that is as large.
    static let sessionLimit = 100_000
    /// The last sessions whose figures are drawn.
    static let historyLimit = 500
    /// So long after its end the figures of a session are waited for.
    private static let patienceSeconds = 30.0
    /// Reports of one session that are news: its peers tell a handful, and whoever is a peer of his own fills no trail. More
    /// of them may be final, so that those always find room.
    private static let newsLimit = (usual: 32, final: 40)

    private(set) var sessions: [String: ObservedSession] = [:]
    /// Sessions whose signaling ended, in that order.
    private var ended: [(name: String, date: Date)] = []
    private(set) var rttP50 = Distribution()
    private(set) var rttP95 = Distribution()
    private(set) var firstFrame = Distribution()
    /// By path: none, direct, relayed.
    private(set) var pathCounts: [UInt64] = [0, 0, 0]
    /// The newest last.
    private(set) var history: [SessionFigures] = []
    /// What the allocations carried that are over.
    private(set) var endedTraffic = TURN.Server.Traffic()
    /// Allocations of sessions that another server introduced, or whose introduction is not noted yet: as many as the relay
    /// has at most.
    private var foreignAllocations: [String: Int] = [:]

    /// - Returns: false if a peer has told nothing new, or told of a session that is not known here: anybody could make one up.
    mutating func note(_ event: RendezvousServer.Event, at date: Date) -> Bool {
        switch event {
        case .introduced(let session, let introduction):
            forgetOld(at: date)
            guard sessions.count < Self.sessionLimit else { return true }
            let name = session.description
            var observed = ObservedSession(name: name, startedAt: date, introduction: introduction)
            // The relay may be quicker than the word of the introduction.
            observed.allocations = foreignAllocations.removeValue(forKey: name) ?? 0
            sessions[name] = observed
        case .ended(let session, _, _, _):
            sessions[session.description]?.isSignaled = false
            ended.append((session.description, date))
            forgetOld(at: date)
        case .reported(let session, let report, let side, let source):
            return note(report, of: session.description, by: side, from: source)
        case .opened, .closed, .answered, .refused, .declined, .challengeNeeded, .verify, .verifyViewer, .serversNeeded,
            .standbyNeeded, .close:
            break
        }
        return true
    }

    mutating func note(_ event: TURN.Server.Event) {
        switch event {
        case .allocationCreated(let record):
            guard let name = Self.session(of: record) else { return }
            if sessions[name] == nil {
                foreignAllocations[name, default: 0] += 1
            } else {
                sessions[name]?.allocations += 1
            }
        case .allocationEnded(let record, _):
            endedTraffic.add(record.traffic)
            guard let name = Self.session(of: record) else { return }
            if let count = sessions[name]?.allocations {
                sessions[name]?.allocations = max(0, count - 1)
            } else if let count = foreignAllocations[name] {
                foreignAllocations[name] = count > 1 ? count - 1 : nil
            }
        case .allocationMoved, .openRelay, .closeRelay: break
        }
    }

    /// Sessions that go on, in no order.
    var live: [ObservedSession] { sessions.values.filter(\.isLive) }
    var liveCount: Int { sessions.values.count(where: \.isLive) }

    /// Of the sessions known here, those that would stop if the relay did.
    var relayedCount: Int { sessions.values.count(where: \.needsRelay) }
    /// Sessions that another server introduced and that have allocations here: whether they need them nobody tells us.
    var foreignCount: Int { foreignAllocations.count }

    func count(_ path: SessionReport.PathKind) -> UInt64 { pathCounts[Int(path.rawValue) % 3] }

    /// Of the sessions that had a path and whose peers told it; nil if there were none.
    func share(_ path: SessionReport.PathKind) -> Double? {
        let all = count(.direct) + count(.relayed)
        return all == 0 ? nil : Double(count(path)) / Double(all)
    }

    private mutating func note(
        _ report: SessionReport, of name: String, by side: RendezvousServer.Side, from source: TransportAddress
    ) -> Bool {
        guard var session = sessions[name] else { return false }
        let teller = session.side(of: side, from: source)
        let limit = report.isFinal ? Self.newsLimit.final : Self.newsLimit.usual
        let isNews = note(report, of: &session, by: teller) && session.news < limit
        if isNews { session.news += 1 }
        sessions[name] = session
        return isNews
    }

    private mutating func note(
        _ report: SessionReport, of session: inout ObservedSession, by side: RendezvousServer.Side?
    ) -> Bool {
        guard let side else { return true }
        let known = session.report(of: side)
        guard known != report else { return false }
        guard !session.isCounted else { return report.isFinal }
        session.note(report, by: side)
        if session.isReported, let figures = session.figures {
            session.isCounted = true
            count(figures)
        }
        return report.isFinal || known?.path != report.path
    }

    private mutating func count(_ figures: SessionFigures) {
        pathCounts[Int(figures.path.rawValue) % 3] += 1
        figures.rttP50Seconds.map { rttP50.record($0) }
        figures.rttP95Seconds.map { rttP95.record($0) }
        figures.firstFrameSeconds.map { firstFrame.record($0) }
        if history.count == Self.historyLimit { history.removeFirst() }
        history.append(figures)
    }

    /// Drops sessions that are over for some time; one that goes on through the relay stays while it does.
    private mutating func forgetOld(at date: Date) {
        var count = 0
        while count < ended.count {
            let isBeyond = ended.count - count > Self.sessionLimit
            guard isBeyond || ended[count].date + Self.patienceSeconds < date else { break }
            let name = ended[count].name
            if !isBeyond, sessions[name]?.allocations ?? 0 > 0 {
                ended.append((name, date))
            } else {
                sessions[name] = nil
            }
            count += 1
        }
        ended.removeFirst(count)
    }

    /// Allocations of waiting hosts belong to no session.
    private static func session(of record: TURN.Server.AllocationRecord) -> String? {
        guard CredentialMint.venue(ofUser: record.user) == nil else { return nil }
        return record.user.split(separator: "-").first.map(String.init)
    }
}

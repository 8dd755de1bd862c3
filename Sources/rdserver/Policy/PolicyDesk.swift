import Foundation
import Logging
import Rendezvous
import SecureChannel
import Synchronization
import WireFormat

/// Decides who meets whom, by the policy as it is now.
final class PolicyDesk: Sendable {
    /// What it has done so far.
    struct Figures: Sendable {
        var rules = 0
        var allowed: UInt64 = 0
        var forbidden: UInt64 = 0
        /// Viewers that were asked who they are.
        var asked: UInt64 = 0
        var reloads: UInt64 = 0
        var failedReloads: UInt64 = 0
        /// The file could not be used when it was read last: the policy is an older one.
        var isOutdated = false
    }

    enum Decision: Equatable {
        case allowed(SessionTerms)
        case forbidden
        case viewerWanted
    }

    private let path: String
    private let key: TicketKey
    private let policy: Mutex<AccessPolicy>
    private let counters = Mutex(Figures())
    private let logger = Logger(label: "policy")

    /// - Parameter secret: the server's, which its tickets are sealed with.
    init(path: String, secret: [UInt8]) throws(SettingFault) {
        self.path = path
        key = TicketKey(secret: secret)
        policy = Mutex(try PolicyFile.load(path))
    }

    var figures: Figures {
        var figures = counters.withLock { $0 }
        figures.rules = policy.withLock { $0.ruleCount }
        return figures
    }

    /// Reads the file again; what cannot be read changes nothing. Sessions that have begun are not asked again.
    func reload() throws(SettingFault) {
        do throws(SettingFault) {
            let fresh = try PolicyFile.load(path)
            policy.withLock { $0 = fresh }
            counters.withLock { figures in
                figures.reloads += 1
                figures.isOutdated = false
            }
        } catch {
            counters.withLock { figures in
                figures.failedReloads += 1
                figures.isOutdated = true
            }
            throw error
        }
    }

    func decide(_ introduction: Introduction) -> Decision {
        guard let venue = introduction.venue else { return decideMeeting(introduction.tickets) }
        switch policy.withLock({ $0.verdict(on: venue, for: introduction.identity) }) {
        case .viewerWanted:
            counters.withLock { $0.asked += 1 }
            return .viewerWanted
        case .allowed(let terms, _):
            counters.withLock { $0.allowed += 1 }
            return .allowed(terms)
        case .forbidden(let line):
            counters.withLock { $0.forbidden += 1 }
            logger.info(
                "Not introduced.",
                metadata: [
                    "rule": "\(line == 0 ? "none allows it" : "line \(line)")",
                    "venue": "\(AuditRecord.name(of: venue))", "viewer": "\(introduction.viewer)",
                ])
            return .forbidden
        }
    }

    /// Who met under the policy meets again, for as long as it was allowed to; others show nothing. Nobody is both peers.
    private func decideMeeting(_ tickets: [[UInt8]]) -> Decision {
        let opened = tickets.compactMap { SessionTicket($0, key: key) }
        let now = Int64(Date().timeIntervalSince1970)
        guard opened.count == 2, opened[0].meets(opened[1]), opened[0].endsAt > now else {
            counters.withLock { $0.forbidden += 1 }
            return .forbidden
        }
        var terms = opened[0].terms
        if terms.timeLimit != nil { terms.timeLimit = .seconds(opened[0].endsAt - now) }
        return .allowed(terms)
    }

    /// A ticket for each side.
    func permit(for session: SessionIdentifier, _ terms: SessionTerms) -> Permit {
        let now = Date()
        let hostTicket = SessionTicket(session, isHost: true, terms, now: now)
        let viewerTicket = SessionTicket(session, isHost: false, terms, now: now)
        return Permit(
            terms: terms, ticket: hostTicket.sealed(with: key), viewerTicket: viewerTicket.sealed(with: key))
    }

    /// Whether the host at a venue may be met through a relay at all.
    func mayRelay(to venue: Venue) -> Bool { policy.withLock { $0.mayRelay(to: venue) } }
}

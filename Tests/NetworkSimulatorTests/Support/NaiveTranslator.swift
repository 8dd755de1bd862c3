import NetworkSimulator
import WireFormat

/// A NAT as a list to be searched: RFC 4787 read aloud, slow and obvious. It learns ports from what it is shown.
struct NaiveTranslator {
    struct Line {
        var inside: TransportAddress
        var remote: TransportAddress
        var outside: TransportAddress
        var lastRefresh: Instant
        /// Whom it was used for, and when last.
        var users: [(remote: TransportAddress, at: Instant)]
    }

    let rules: TranslationRules
    var lines: [Line] = []

    /// What the external address of a packet should be; nil if it must be a new one.
    func expected(_ inside: TransportAddress, _ remote: TransportAddress, at now: Instant) -> TransportAddress? {
        live(now).first { $0.inside == inside && matches($0.remote, remote, Int(rules.mapping.rawValue)) }?.outside
    }

    /// Whether nobody alive has this external address.
    func isFree(_ outside: TransportAddress, at now: Instant) -> Bool { !live(now).contains { $0.outside == outside } }

    mutating func noteOutbound(
        _ inside: TransportAddress, _ remote: TransportAddress, _ outside: TransportAddress, at now: Instant
    ) {
        lines = live(now)
        if let index = lines.firstIndex(where: { $0.outside == outside }) {
            lines[index].lastRefresh = now
            lines[index].users.append((remote, now))
        } else {
            lines.append(
                Line(inside: inside, remote: remote, outside: outside, lastRefresh: now, users: [(remote, now)]))
        }
    }

    /// Whether a packet from outside should come in, and to whom.
    mutating func inbound(
        from remote: TransportAddress, to outside: TransportAddress, at now: Instant
    ) -> TransportAddress? {
        lines = live(now)
        guard let index = lines.firstIndex(where: { $0.outside == outside }) else { return nil }
        let isKnown = lines[index].users.contains { user in
            user.at + rules.lifetime > now && matches(user.remote, remote, Int(rules.filtering.rawValue))
        }
        guard isKnown || rules.filtering == .endpointIndependent else { return nil }
        if rules.inboundRefreshes {
            lines[index].lastRefresh = now
            lines[index].users.append((remote, now))
        }
        return lines[index].inside
    }

    private func live(_ now: Instant) -> [Line] { lines.filter { $0.lastRefresh + rules.lifetime > now } }

    private func matches(_ one: TransportAddress, _ other: TransportAddress, _ fineness: Int) -> Bool {
        switch fineness {
        case 0: true
        case 1: one.ip == other.ip
        default: one == other
        }
    }
}

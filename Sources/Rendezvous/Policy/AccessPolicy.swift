/// Which viewers a server introduces to which hosts, and on what terms.
///
/// A host with a key has proven it; of one that waits under a code nothing is known. Who the viewer is, it is asked only
/// where a rule that could decide names keys: `verdict` says so.
public struct AccessPolicy: Equatable, Sendable {
    /// Whom a rule is about.
    enum Party: Equatable, Sendable {
        case anyone
        /// Hosts that wait under a code.
        case codes
        case keys(Set<HostIdentifier>)
    }

    struct Rule: Equatable, Sendable {
        var isAllowed: Bool
        var viewers: Party
        var hosts: Party
        var terms = SessionTerms()
        /// Of the file; 0 for the rule that holds where none is written.
        var line: Int
    }

    /// What comes of an introduction.
    public enum Verdict: Equatable, Sendable {
        case allowed(SessionTerms, line: Int)
        case forbidden(line: Int)
        /// It depends on who the viewer is.
        case viewerWanted
    }

    /// In their order; the first that fits decides.
    var rules: [Rule]
    /// What decides where none fits.
    var fallback = Rule(isAllowed: false, viewers: .anyone, hosts: .anyone, line: 0)

    public var ruleCount: Int { rules.count }

    /// Whether, and how, a viewer may meet the host at a venue.
    public func verdict(on venue: Venue, for viewer: ViewerIdentity) -> Verdict {
        for rule in rules where rule.hosts.includes(venue) {
            switch (rule.viewers, viewer) {
            case (.anyone, _): return rule.verdict
            case (.keys, .unasked): return .viewerWanted
            case (.keys(let keys), .proven(let key)): if keys.contains(key) { return rule.verdict }
            case (.keys, .untold), (.codes, _): break
            }
        }
        return fallback.verdict
    }

    /// Whether somebody might meet the host at a venue through a relay.
    public func mayRelay(to venue: Venue) -> Bool {
        for rule in rules where rule.hosts.includes(venue) {
            if rule.isAllowed, rule.terms.way != .directOnly { return true }
            if rule.viewers == .anyone { return false }
        }
        return fallback.isAllowed && fallback.terms.way != .directOnly
    }
}

extension AccessPolicy.Party {
    fileprivate func includes(_ venue: Venue) -> Bool {
        switch (self, venue) {
        case (.anyone, _), (.codes, .room): true
        case (.keys(let keys), .host(let host)): keys.contains(host)
        case (.codes, .host), (.keys, .room): false
        }
    }
}

extension AccessPolicy.Rule {
    fileprivate var verdict: AccessPolicy.Verdict {
        isAllowed ? .allowed(terms, line: line) : .forbidden(line: line)
    }
}

extension AccessPolicy {
    /// What is wrong with the text of a policy, and where.
    public struct TextFailure: Error, Equatable, Sendable, CustomStringConvertible {
        /// From 1; 0 for the text as a whole.
        public let line: Int
        public let detail: String

        public var description: String { line == 0 ? detail : "line \(line): \(detail)" }
    }

    /// Reads a HOST-ID; nil if the text is none.
    public typealias KeyReader = (String) -> HostIdentifier?

    /// Reads the text of a policy:
    ///
    ///     group staff
    ///         HOST-ID  the laptop
    ///     group servers
    ///         HOST-ID  the database
    ///     allow staff to servers relay-only,recorded,time=8h
    ///     deny anyone to servers
    ///     allow anyone to codes time=1h
    ///     default deny
    ///
    /// A line that begins with `#`, and an empty one, says nothing. `anyone` stands for all viewers, or for all hosts, and
    /// `codes` for hosts that wait under a code; several groups have commas between.
    public init(_ text: String, key: KeyReader) throws(TextFailure) {
        var reader = PolicyReader()
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            do throws(PolicyReader.Complaint) {
                try reader.read(words, line: index + 1, key: key)
            } catch {
                throw TextFailure(line: index + 1, detail: error.detail)
            }
        }
        self = try reader.finish()
    }
}

/// Reads a policy line by line.
private struct PolicyReader {
    struct Complaint: Error {
        let detail: String

        init(_ detail: String) { self.detail = detail }
    }

    /// A rule whose groups may be named further down.
    private struct Draft {
        var rule: AccessPolicy.Rule
        let viewers: String
        let hosts: String
    }

    private var groups: [String: Set<HostIdentifier>] = [:]
    private var group: String?
    private var drafts: [Draft] = []
    private var fallback: AccessPolicy.Rule?

    mutating func read(_ words: [String], line: Int, key: AccessPolicy.KeyReader) throws(Complaint) {
        switch words[0] {
        case "group": try beginGroup(words)
        case "allow", "deny": try readRule(words, line: line)
        case "default": try readFallback(words, line: line)
        default:
            guard let group else {
                throw Complaint("\"\(words[0])\" begins no line; group, allow, deny and default do")
            }
            guard let host = key(words[0]) else {
                throw Complaint("\"\(words[0])\" is not a HOST-ID, or is mistyped")
            }
            groups[group]?.insert(host)
        }
    }

    private mutating func beginGroup(_ words: [String]) throws(Complaint) {
        guard words.count == 2 || words.count > 2 && words[2].hasPrefix("#") else {
            throw Complaint("a group has one name, and its keys on the lines below")
        }
        let name = words[1]
        guard name.utf8.allSatisfy(Self.isNameCharacter), !["anyone", "codes", "to"].contains(name) else {
            throw Complaint("\"\(name)\" is no name for a group: letters, digits, - and _ are")
        }
        guard groups[name] == nil else { throw Complaint("there is a group \(name) already") }
        groups[name] = []
        group = name
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 45, 95: true
        default: false
        }
    }

    private mutating func readRule(_ words: [String], line: Int) throws(Complaint) {
        group = nil
        guard words.count >= 4, words[2] == "to" else {
            throw Complaint("a rule is: \(words[0]) VIEWERS to HOSTS, both of them groups, or anyone")
        }
        let isAllowed = words[0] == "allow"
        let terms = try readTerms(words.dropFirst(4), isAllowed: isAllowed)
        drafts.append(
            Draft(
                rule: AccessPolicy.Rule(
                    isAllowed: isAllowed, viewers: .anyone, hosts: .anyone, terms: terms, line: line),
                viewers: words[1], hosts: words[3]))
    }

    private mutating func readFallback(_ words: [String], line: Int) throws(Complaint) {
        group = nil
        guard words.count >= 2, words[1] == "allow" || words[1] == "deny" else {
            throw Complaint("default is allow or deny")
        }
        guard fallback == nil else { throw Complaint("there is a default already") }
        let isAllowed = words[1] == "allow"
        let terms = try readTerms(words.dropFirst(2), isAllowed: isAllowed)
        fallback = AccessPolicy.Rule(isAllowed: isAllowed, viewers: .anyone, hosts: .anyone, terms: terms, line: line)
    }

    private func readTerms(_ words: ArraySlice<String>, isAllowed: Bool) throws(Complaint) -> SessionTerms {
        guard let first = words.first, !first.hasPrefix("#") else { return SessionTerms() }
        guard isAllowed else { throw Complaint("what is denied has no terms: \"\(first)\"") }
        guard words.count == 1 || words[words.startIndex + 1].hasPrefix("#") else {
            throw Complaint("terms have commas between, and no spaces")
        }
        do { return try SessionTerms(first) } catch {
            throw Complaint(
                "\"\(error.word)\" is no term, or contradicts another; \(SessionTerms.help) are, separated by commas")
        }
    }

    func finish() throws(AccessPolicy.TextFailure) -> AccessPolicy {
        var policy = AccessPolicy(rules: [])
        for draft in drafts {
            var rule = draft.rule
            rule.viewers = try party(draft.viewers, line: rule.line, isHost: false)
            rule.hosts = try party(draft.hosts, line: rule.line, isHost: true)
            policy.rules.append(rule)
        }
        if let fallback {
            policy.fallback = fallback
        } else if drafts.isEmpty {
            throw AccessPolicy.TextFailure(line: 0, detail: "it has neither a rule nor a default")
        }
        return policy
    }

    private func party(_ text: String, line: Int, isHost: Bool) throws(AccessPolicy.TextFailure) -> AccessPolicy.Party {
        if text == "anyone" { return .anyone }
        if text == "codes", isHost { return .codes }
        var keys: Set<HostIdentifier> = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let group = groups[String(name)] else {
                throw AccessPolicy.TextFailure(line: line, detail: "there is no group named \"\(name)\"")
            }
            keys.formUnion(group)
        }
        return .keys(keys)
    }
}

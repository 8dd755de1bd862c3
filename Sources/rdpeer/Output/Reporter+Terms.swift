import Rendezvous

extension Reporter {
    /// What the server's policy holds a session to.
    func terms(_ terms: SessionTerms) {
        event(
            "terms",
            [
                ("path", terms.path.map { .string($0) } ?? .null), ("recorded", .boolean(terms.isRecorded)),
                ("seconds", terms.timeLimit.map { .integer($0.nanoseconds / 1_000_000_000) } ?? .null),
            ])
        say("By the server's policy this session \(terms.words).")
    }
}

extension SessionTerms {
    /// The one way that it may go, as `connected` names it; nil for any.
    fileprivate var path: String? {
        switch way {
        case .any: nil
        case .relayOnly: "relayed"
        case .directOnly: "direct"
        }
    }

    /// What happens to the session.
    fileprivate var words: String {
        var parts: [String] = []
        if isRecorded { parts.append("is recorded by the host") }
        switch way {
        case .any: break
        case .relayOnly: parts.append("goes through the relay only")
        case .directOnly: parts.append("goes direct only")
        }
        if let timeLimit { parts.append("ends after \(TimeSpan.words(timeLimit))") }
        guard let last = parts.popLast() else { return "is as both sides like" }
        return parts.isEmpty ? last : parts.joined(separator: ", ") + " and " + last
    }
}

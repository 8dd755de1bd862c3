/// For tests of limits: what an agent keeps.
extension Agent {
    /// Each table and queue, with how many entries it has and the most that it may have.
    package var footprint: [(name: String, count: Int, limit: Int)] {
        let punched = traversal.sockets.count
        return [
            ("pairs", pairs.count, limits.pairs),
            ("local candidates", localCandidates.count, limits.localCandidates),
            ("told candidates", remoteCandidates.count { !$0.isLearned }, limits.remoteCandidates),
            ("learned candidates", remoteCandidates.count { $0.isLearned }, limits.remoteCandidates),
            ("sockets", sockets.count, limits.sockets),
            ("punch sockets", punched, traversal.settings.sockets),
            // Those that have failed, wait or are being given back stand beside those that have a place.
            ("relays", relays.count, limits.relayRecords),
            ("servers", servers.count, limits.servers),
            ("gathering tasks", tasks.count, limits.sockets * limits.servers),
            ("probes", probes.count, probes.limit),
            ("responses", responses.count, responses.limit),
            ("checks", checks.count, checks.limit),
            ("requests", requests.count, requests.limit),
            ("agent events", events.count, events.limit),
        ]
    }
}

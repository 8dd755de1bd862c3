/// A candidate of the other peer.
struct RemoteCandidate: Sendable {
    var candidate: Candidate
    /// Learned from a check and not yet signaled: the signaled candidate of the same address replaces it.
    var isLearned: Bool
}

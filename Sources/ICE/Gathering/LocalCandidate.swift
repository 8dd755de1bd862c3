import WireFormat

/// A candidate that was offered, and what it leaves from.
struct LocalCandidate: Sendable {
    let candidate: Candidate
    let base: Base
}

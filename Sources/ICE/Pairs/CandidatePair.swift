import WireFormat

/// A pair as the driver and a user see it.
public struct CandidatePair: Hashable, Sendable {
    public var identifier: PairIdentifier
    /// The candidate of ours that the other peer sees packets from.
    public var local: Candidate
    public var remote: Candidate
    /// The socket, and where its packets go: the relay's server when the local candidate is relayed.
    public var path: Path
    /// Smoothed round-trip time of checks, or nil before the first answer.
    public var roundTripTime: Interval?

    /// Whether packets pass through a relay of either side.
    public var isRelayed: Bool { local.kind == .relayed || remote.kind == .relayed }
}

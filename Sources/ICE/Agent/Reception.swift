extension Agent {
    /// What a datagram was.
    @frozen
    public enum Reception: Hashable, Sendable {
        /// The agent's own.
        case consumed
        /// The session's: these bytes of the datagram, without a relay's framing.
        case payload(Range<Int>, pair: PairIdentifier)
    }
}

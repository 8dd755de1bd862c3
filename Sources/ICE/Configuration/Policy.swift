extension Agent {
    /// Which candidates a session may use.
    public enum Policy: UInt8, Hashable, Sendable, CaseIterable {
        /// Everything.
        case all
        /// Only relayed candidates are offered, and no packet for the other peer leaves except through a relay: the
        /// peer learns no address of ours.
        case relayOnly
        /// No relay, neither ours nor, where it is known for one, the other peer's.
        case directOnly
    }
}

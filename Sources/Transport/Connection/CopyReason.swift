extension Connection {
    /// Why a packet goes over more than one path.
    public enum CopyReason: Hashable, Sendable {
        /// Its sender hears nothing over the path in use, and asks to be answered wherever the packet arrives.
        case silence
        /// The peer has asked for it, or uses another path than its sender.
        case peer
    }
}

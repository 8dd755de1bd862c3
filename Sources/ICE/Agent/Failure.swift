extension Agent {
    /// Why a datagram was dropped. None of these changed anything.
    @frozen
    public enum Failure: Error, Hashable, Sendable {
        case empty
        /// No socket of the agent has the path's local address.
        case unknownSocket
        /// Session data from an address that no authenticated check has come from.
        case unknownSender
        /// Not a STUN message, or one with a broken structure or fingerprint.
        case malformed
        /// Wrong user name or message integrity, or none.
        case unauthenticated
        /// An answer to nothing we asked, or from another address than we asked.
        case unexpected
        /// A table is full.
        case limit
        /// The policy keeps us from answering.
        case policy
    }
}

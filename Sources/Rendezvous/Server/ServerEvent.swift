import WireFormat

extension RendezvousServer {
    /// What a server tells its driver: work for it, and what an audit trail holds.
    public enum Event: Equatable, Sendable {
        /// Answer with `challenge`.
        case challengeNeeded(ConnectionIdentifier, HostIdentifier)
        /// Check the proof, answer with `resolve`.
        case verify(ConnectionIdentifier, HostIdentifier, challenge: [UInt8], proof: [UInt8])
        /// Mint servers and credentials for both sides, answer with `provide`, decline with `refuse`, or have the viewer asked
        /// who it is with `identifyViewer`, after which this comes again.
        case serversNeeded(SessionIdentifier, Introduction)
        /// Check a viewer's proof, answer with `resolveViewer`.
        case verifyViewer(SessionIdentifier, HostIdentifier, challenge: [UInt8], proof: [UInt8])
        /// A host waits: mint servers for it to gather candidates from, answer with `standBy`, or not at all.
        case standbyNeeded(ConnectionIdentifier, Venue, source: TransportAddress)
        /// Close this connection once its messages are sent, then call `disconnected`.
        case close(ConnectionIdentifier, Reason)

        /// The host waits at this venue; `again` if it came back to it.
        case opened(Venue, source: TransportAddress, again: Bool)
        case closed(Venue, Reason)
        /// The viewer's offer is with the host.
        case introduced(SessionIdentifier, Introduction)
        /// The host has answered, so long after the join.
        case answered(SessionIdentifier, after: Interval)
        /// The session's signaling is over: how long it was, and what it took through here.
        case ended(SessionIdentifier, Reason, duration: Interval, bytes: Int)
        /// What a peer says of its session, and from where.
        case reported(SessionIdentifier, SessionReport, by: Side, source: TransportAddress)
        /// Something was not granted.
        case refused(Subject, Reason, source: TransportAddress)
        /// The driver has not let these two meet.
        case declined(SessionIdentifier, Introduction, Reason)
    }

    /// One of a session's peers.
    public enum Side: UInt8, Hashable, Sendable {
        case host
        case viewer
        /// The session is not known here (any more), or its peers met again, after which it is not told apart.
        case unknown
    }
}

import WireFormat

extension Agent {
    /// What happened; drained with `pollEvent()`.
    public enum Event: Hashable, Sendable {
        /// A candidate to tell the other peer.
        case localCandidate(Candidate)
        /// Every server has answered or given up. May come again after servers or sockets were added.
        case gatheringFinished
        /// Data may flow over this pair.
        case pairValidated(PairIdentifier)
        /// The first data may flow over this pair, before any is valid: see `earlyIdentifier`.
        case earlyPair(CandidatePair)
        /// Data should flow over this pair from now on.
        case selectedPairChanged(CandidatePair)
        /// The attribute 0xC0BE of an authenticated check; a repetition of the last one is not reported again.
        case checkData([UInt8])
        /// The peer, for which no pair worked, was heard over the selected one: what is sent now may arrive.
        case peerReturned(PairIdentifier)
        /// Nothing may be sent over this pair any more.
        case pairLost(PairIdentifier)
        /// A role conflict was resolved by taking this role (RFC 8445 section 7.3.1.1).
        case roleChanged(Role)
        /// A server does not answer or refuses us; the agent tries again by itself.
        case serverFailed(Server, ServerFailure)
        /// To be given to the other agent's `receiveTraversal`, over the path that there is: nobody else may write it.
        case traversalMessage([UInt8])
        /// So many UDP sockets are wanted at this address for a few seconds, best with consecutive ports; call
        /// `addPunchSockets` with those that could be opened.
        case punchSocketsWanted(count: Int, at: IPAddress)
        /// These of them may be closed.
        case punchSocketsReleased([TransportAddress])
        /// TCP ports are wanted at those addresses of the UDP sockets that have none (`hasListener`), for direct
        /// connections with the peer; call `addListener` for each that could be opened.
        case listenersWanted
        /// Connect from the local TCP port to the remote one, whatever else is connected to the local one, and call
        /// `connectionOpened` or `connectionClosed`.
        case connectionWanted(Path, to: ConnectionTarget)
        /// This connection may be closed.
        case connectionReleased(Path)
        /// The server at the other end of this connection does not answer: close it, and open another one.
        case serverConnectionFailed(Path)
        /// No pair has been valid for `Liveness.failureTimeout`. The agent goes on trying.
        case failed
    }

    /// Why a server gave no candidate.
    public enum ServerFailure: Hashable, Sendable {
        case timeout
        /// The STUN error code of its refusal: 401 for wrong or expired credentials, 486 for an exhausted quota.
        case refused(Int)
    }
}

import WireFormat

extension RendezvousClient {
    /// What a client tells its driver.
    ///
    /// A session keeps the identifier of its `incoming` or `joined` for as long as it lives, also when the server
    /// gave it another one after a meeting.
    public enum Event: Equatable, Sendable {
        /// Open the transport to this path of the server's URL, then call `transportOpened` or `transportClosed`.
        case connect(path: String)
        /// Close the transport; the client already takes it for closed.
        case disconnect(Reason)
        /// The address that the server sees this client at.
        case welcome(source: TransportAddress)
        /// Prove the host identifier: answer with `prove`.
        case challenge([UInt8])
        /// Of a viewer: the server's policy decides by who it is. Answer with `identify`.
        case identityWanted(challenge: [UInt8])
        /// Of a viewer: these terms will hold. Answer with `agree`, or `finish`.
        case termsOffered(SessionTerms)
        /// Waiting for viewers here; after a reconnection the number may be another one.
        case hosting(Venue)
        /// Servers to gather candidates from while waiting, so that an answer need not wait for them.
        case standby([TraversalServer])
        /// Not granted now, and tried again by itself.
        case delayed(Subject, Reason)
        /// Not granted.
        case refused(Subject, Reason)
        /// A viewer has come: answer with `answer`, or with `leave`.
        case incoming(SessionIdentifier, offer: [UInt8], servers: [TraversalServer], permit: Permit? = nil)
        /// The offer is with the host.
        case joined(SessionIdentifier, servers: [TraversalServer], permit: Permit? = nil)
        case answered(SessionIdentifier, [UInt8])
        case trickled(SessionIdentifier, [UInt8])
        /// The session's signaling is lost for now; the session itself need not be.
        case detached(SessionIdentifier)
        /// The session's signaling is back: send again what the peer must know, such as new candidates.
        case met(SessionIdentifier, servers: [TraversalServer])
        /// The session's signaling is over for good.
        case ended(SessionIdentifier, Reason)
        /// No longer waiting for viewers.
        case roomClosed(Reason)
        /// The client does nothing any more.
        case finished(Reason)
    }
}

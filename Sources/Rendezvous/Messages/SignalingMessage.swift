import WireFormat

/// One message between a client and the server; one binary WebSocket frame.
///
/// Layout: version byte, type byte, fields. Integers are big-endian or RFC 9000 variable-length, byte strings have
/// a variable-length length in front. Offers, answers and trickled blobs are opaque to the server.
public enum SignalingMessage: Hashable, Sendable {
    // From client to server.

    /// Opens a room: the wanted one, or one that the server picks. The token of an earlier `hosting` gets it back.
    case openRoom(RoomNumber?, token: [UInt8])
    /// Registers a host under its public key; answered by `challenge`.
    case register(HostIdentifier)
    /// Proves that the key of `register` is the host's.
    case proof([UInt8])
    /// Ends the hosting; with `codeBurned`, whoever knocks later is told so.
    case closeRoom(Reason)
    /// Asks for a host.
    case join(Venue, offer: [UInt8])
    /// Asks to be paired again with the other peer of a running session, with the ticket of its permit or one of the client's
    /// own: who shows the same one is the same peer.
    case resume(MeetingIdentifier, ticket: [UInt8] = [])
    /// Tells a session's figures.
    case report(SessionIdentifier, SessionReport)
    /// Answers a `challenge` to a `join`: who the viewer is, with the proof; nil if it does not tell.
    case identity(HostIdentifier?, proof: [UInt8])
    /// Answers `terms`: an offer that was made under them.
    case agree(offer: [UInt8])

    // From server to client.

    /// The server's first message: seconds between heartbeats, and the address it sees the client at.
    case welcome(heartbeatSeconds: UInt16, source: TransportAddress)
    /// Bytes to prove an identity with: to a host that registers, or to a viewer whom a policy must know.
    case challenge([UInt8])
    /// The host is waiting at this venue; the token gets a room back after the connection was lost.
    case hosting(Venue, token: [UInt8])
    /// To a host that waits: servers to gather candidates from before a viewer comes.
    case standby(servers: [TraversalServer])
    /// To the host: a viewer has come. A peer that does not know of permits cannot read a message with one, and so has no
    /// session that it would not hold to the terms.
    case incoming(SessionIdentifier, offer: [UInt8], servers: [TraversalServer], permit: Permit? = nil)
    /// To the viewer, before its offer goes anywhere: it holds for the session which way that may go.
    case terms(SessionTerms)
    /// To the viewer: the offer is with the host.
    case joined(SessionIdentifier, servers: [TraversalServer], permit: Permit? = nil)
    /// To both: the meeting has both peers and goes on as this session.
    case met(MeetingIdentifier, SessionIdentifier, servers: [TraversalServer])
    /// Something asked for is not granted; seconds until it is worth another try, 0 if it never is.
    case refused(Subject, Reason, retryAfterSeconds: UInt16)
    /// The host is no longer waiting.
    case roomClosed(Reason)

    // Either way; the server passes the first three on to the other peer.

    /// The host's answer to the offer.
    case answer(SessionIdentifier, [UInt8])
    /// A further blob, such as a sealed candidate.
    case trickle(SessionIdentifier, [UInt8])
    /// The signaling of this session is over.
    case leave(SessionIdentifier, Reason)
    /// Asks for a `pong` with the same number.
    case ping(UInt32)
    case pong(UInt32)
}

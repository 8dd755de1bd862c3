import WireFormat

extension RendezvousClient {
    /// Where a client is.
    public enum State: Equatable, Sendable {
        /// The driver was asked for a transport.
        case connecting
        /// The transport is open, the server has not said its welcome yet.
        case greeting
        /// The server was asked for a room, or to register an identifier.
        case registering
        /// The server's challenge is with the driver, or its proof with the server.
        case proving
        case hosting(Venue)
        /// The offer is on its way.
        case joining
        /// A viewer's session has begun, whether or not the host has answered.
        case inSession(SessionIdentifier)
        /// Connected, but the request was put off or the hosting or session is over.
        case idle
        /// The connection is lost; the next try comes at this time.
        case backingOff(until: Instant)
        case finished(Reason)
    }

    enum Timer: Hashable, Sendable {
        case connect
        case welcome
        case heartbeat
        case silence
        case reconnect
        case request
        case meetings
    }
}

import Rendezvous
import ScreenCodec
import WireFormat

/// A session of a host, with the name that signaling knows it by and the sockets that are its own.
struct HostedSession {
    let name: SessionIdentifier
    var sockets: SocketSet
    var servers: [TraversalServer]
    var session: Session<ScreenSender>
    let beganAt: Instant
    /// When its viewer had spoken.
    var provenAt: Instant?
    /// What the session said before its viewer had proven itself.
    var events: [SessionEvent] = []

    mutating func apply(_ change: (inout Session<ScreenSender>) -> Void) { change(&session) }
}

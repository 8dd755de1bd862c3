import Rendezvous
import ScreenCodec
import WireFormat

/// A session of a host, with who brought its viewer and the sockets that it uses.
struct HostedSession {
    let introduction: Introduction
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

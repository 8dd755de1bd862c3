import Rendezvous
import ScreenCodec
import WireFormat

/// A session of a host, with who brought its viewer and the sockets that it uses.
struct HostedSession {
    let introduction: Introduction
    /// As the server handed it on: a guess, if the host has a code. Empty on the path alone.
    let offer: [UInt8]
    var sockets: SocketSet
    var servers: [TraversalServer]
    private var shared: CopyOnWrite<Session<ScreenSender>>
    let beganAt: Instant
    /// When its viewer had spoken.
    var provenAt: Instant?
    /// What the session said before its viewer had proven itself.
    var events: [SessionEvent] = []

    init(
        introduction: Introduction, offer: [UInt8], sockets: SocketSet, servers: [TraversalServer],
        session: Session<ScreenSender>, beganAt: Instant
    ) {
        self.introduction = introduction
        self.offer = offer
        self.sockets = sockets
        self.servers = servers
        self.beganAt = beganAt
        shared = CopyOnWrite(session)
    }

    var session: Session<ScreenSender> {
        _read { yield shared.value }
        _modify { yield &shared.value }
    }

    /// Nobody signals for one whose viewer came over the path itself.
    var needsSignaling: Bool { !introduction.isPath && session.needsSignaling }

    /// Whether the other one is of the same machine, before that was started again.
    func follows(_ other: HostedSession) -> Bool {
        session.peerKey == other.session.peerKey && other.beganAt < beganAt
    }

    /// Whether its viewer has not spoken in the time that it has for that.
    func isOverdue(_ patience: Interval, at now: Instant) -> Bool {
        !session.isProven && session.isEstablished && beganAt + patience <= now
    }

    mutating func apply<Result>(_ change: (inout Session<ScreenSender>) -> Result) -> Result { change(&session) }
}

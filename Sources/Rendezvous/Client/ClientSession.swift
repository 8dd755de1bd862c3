/// A session as its client sees it.
struct ClientSession: Sendable {
    /// The name that the driver knows.
    let identifier: SessionIdentifier
    /// The name that the server knows, nil while the session's signaling is lost.
    var current: SessionIdentifier?
    var isAnswered = false
    var meeting: MeetingIdentifier?
    /// What a server with a policy wants to see before it lets the peers meet again; of any other server something of our
    /// own, by which it sees that it is us again, and not the other peer, who come by another connection.
    var ticket: [UInt8]
    /// The server was asked for the meeting and has not refused it.
    var isWaiting = false
    /// Blobs for the peer, kept until the signaling is back.
    var kept: [[UInt8]] = []
}

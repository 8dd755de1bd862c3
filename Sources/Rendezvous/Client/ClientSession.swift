/// A session as its client sees it.
struct ClientSession: Sendable {
    /// The name that the driver knows.
    let identifier: SessionIdentifier
    /// The name that the server knows, nil while the session's signaling is lost.
    var current: SessionIdentifier?
    var isAnswered = false
    var meeting: MeetingIdentifier?
    /// The server was asked for the meeting and has not refused it.
    var isWaiting = false
    /// Blobs for the peer, kept until the signaling is back.
    var kept: [[UInt8]] = []
}

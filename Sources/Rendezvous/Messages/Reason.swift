/// Why something was refused or ended.
public enum Reason: UInt8, Error, Hashable, Sendable, CaseIterable {
    /// A reason of a later version of the protocol.
    case unspecified = 0
    /// Nobody waits under this number or identifier.
    case noSuchRoom = 1
    /// The host has as many sessions as it may have.
    case roomBusy = 2
    /// The host's connection is lost.
    case hostGone = 3
    /// Too many wrong tries: the code is worthless now.
    case codeBurned = 4
    /// Too much in too short a time; the message says when to try again.
    case rateLimited = 5
    /// The other side speaks another version of the protocol.
    case badVersion = 6
    /// The peer does not want this session (a wrong code, an unknown key, a user's no).
    case refused = 7
    /// The proof of a host identifier is not valid.
    case badProof = 8
    /// An ordinary end.
    case finished = 9
    /// It has been there for too long.
    case expired = 10
    /// The same host has come by another connection.
    case replaced = 11
    /// The server has as many of these as it may have.
    case serverFull = 12
    /// A message that makes no sense, or not now.
    case malformed = 13
    /// The other peer's connection is lost.
    case peerDisconnected = 14
    /// The other side did not do its part in time.
    case timedOut = 15
    /// The server is about to stop.
    case shuttingDown = 16
    /// The session is not, or no longer, known here.
    case noSuchSession = 17
    /// The connection does not take its messages as fast as they come.
    case tooSlow = 18
    /// The room's number is somebody's, or not one to be had by this connection: come again, by the path of another.
    case roomTaken = 19
    /// The server's policy does not let these two meet.
    case forbidden = 20
    /// The session is to be recorded, and the host does not record.
    case recordingRequired = 21
    /// Of the two ways, direct and relayed, one is forbidden by the server's policy and the other by a peer.
    case pathForbidden = 22
}

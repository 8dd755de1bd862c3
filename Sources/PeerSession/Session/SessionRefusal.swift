/// Why a host does not begin a session for an offer.
public enum SessionRefusal: Error, Hashable, Sendable {
    case malformed
    /// The viewer speaks another version.
    case badVersion
    /// A code was offered to a host that takes keys only, or the other way round.
    case wrongPattern
    /// The first message was not made for this host.
    case notAuthentic
    /// The viewer's key is not among the authorised ones.
    case unknownKey
    /// The server's policy wants the session recorded, and this host does not record.
    case recordingRequired
    /// Of the two ways, the server's policy forbids one and this host the other.
    case pathForbidden
}

/// Why a datagram of a handshake on the path was dropped. None of them ends anything.
public enum PathFailure: Error, Equatable, Sendable {
    /// No datagram of such a handshake.
    case malformed
    /// The initiation was made for another host key.
    case otherKey
    /// The initiation is of another version.
    case otherVersion
    /// The sender has been asked for a cookie.
    case cookieAsked
    /// An initiation that was dealt with before.
    case replayed
    /// More than one address, or all of them together, may ask for in this time.
    case tooMany
    /// It answers nothing that is open here, or comes from elsewhere.
    case unexpected
}

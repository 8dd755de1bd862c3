import WireFormat

/// What a pair's packets go over.
enum PairConnection: Sendable {
    /// Datagrams, which need none.
    case none
    /// To be opened then, after so many attempts.
    case closed(attempts: Int, next: Instant)
    /// The driver was asked for it.
    case opening(attempts: Int)
    case open
    /// The peer made it, and only the peer can make another.
    case ended
}

/// When TCP is used.
enum TCPPhase: Sendable {
    /// There is a direct path, or no peer yet.
    case idle
    /// UDP has until then.
    case waiting(until: Instant)
    case active
}

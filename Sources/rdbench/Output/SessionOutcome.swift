/// What became of a session.
package enum SessionOutcome: String, Hashable, Sendable, CaseIterable {
    /// The viewer saw the host's screen, and at the end of the watch the data went from peer to peer.
    case direct
    /// The viewer saw the host's screen, through a relay up to the end of the watch.
    case relayed
    /// The viewer never saw the whole screen.
    case failed
}

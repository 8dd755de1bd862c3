import WireFormat

/// The end of a server's service, in order.
extension RendezvousServer {
    /// So long a peer may speak after its session ended, of its figures.
    private static let lastWords = Interval.seconds(2)
    /// An introduction is done so long after it began: what is trickled later is for peers that have a path.
    private static let introduction = Interval.seconds(10)
    /// So many clients a second are sent back, so that the server they come to next is not overrun.
    private static let dismissedPerSecond: UInt64 = 500

    /// Lets nobody new in. Who has no session here is told to come again, to another server if there are several, or to
    /// this one once it is back; who has one, when it ends.
    public mutating func drain(at now: Instant) {
        guard !isDraining else { return }
        isDraining = true
        // In the order of their numbers, since a dictionary's order differs from run to run.
        for connection in connections.keys.sorted(by: { $0.value < $1.value })
        where connections[connection]?.sessions.isEmpty == true {
            dismiss(connection, at: now)
        }
        settle(at: now)
    }

    /// What is still to be done: introductions that go on, and peers that may say their last words.
    public func unfinished(at now: Instant) -> Int {
        leavingCount
            + sessions.values.count { session in
                switch session.phase {
                case .answered: session.startedAt + Self.introduction > now
                case .preparing, .preparingMeeting, .identifying, .verifying, .agreeing, .offered: true
                }
            }
    }

    /// Sends a client away, unless it has a session again.
    mutating func dismiss(_ connection: ConnectionIdentifier, at now: Instant) {
        guard let state = connections[connection], state.sessions.isEmpty else { return }
        let spread = UInt64(connections.count) / Self.dismissedPerSecond + 2
        let seconds = UInt16(clamping: 1 + random.next() % spread)
        drop(connection, .shuttingDown, retryAfterSeconds: seconds, at: now)
    }

    /// Who has another session by now stays until that is over.
    mutating func endLastWords(of connection: ConnectionIdentifier, at now: Instant) {
        guard connections[connection]?.isLeaving == true else { return }
        connections[connection]?.isLeaving = false
        leavingCount -= 1
        dismiss(connection, at: now)
    }

    mutating func dismissSoon(_ connection: ConnectionIdentifier, at now: Instant) {
        guard let state = connections[connection], !state.isLeaving, !state.isClosing else { return }
        connections[connection]?.isLeaving = true
        leavingCount += 1
        schedule(.leaving(connection), at: now + Self.lastWords)
    }
}

import Rendezvous

extension Reporter {
    /// What was asked of the server is asked again later.
    ///
    /// - Parameter told: the reason that was given last; one that comes again is not told again.
    func signalingDelayed(_ reason: Reason, after told: inout Reason?) {
        guard told != reason else { return }
        told = reason
        event("signaling_delayed", [("reason", .string(reason.name))])
        switch reason {
        case .noSuchRoom, .hostGone: warn("The host is not there yet. It is asked for again for up to a minute.")
        case .rateLimited: warn("The server has had too many tries from here. It is tried again in a while.")
        case .serverFull: warn("The server is full. It is tried again in a while.")
        case .shuttingDown: warn("The server is about to stop. It, or another one, is tried again soon.")
        case .timedOut: warn("The server closed a connection on which it had heard nothing. It is connected to again.")
        default: warn("The server puts it off (\(reason.words)). It is tried again.")
        }
    }
}

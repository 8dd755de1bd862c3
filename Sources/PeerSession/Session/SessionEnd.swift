import Rendezvous

/// Why a session is over.
public enum SessionEnd: Hashable, Sendable {
    /// This side closed it.
    case closed
    /// The other side closed it, with a word for the user.
    case closedByPeer(String)
    /// The answer was made with other words: the code is wrong.
    case wrongCode
    /// The server, or the host, did not grant the session; before it began.
    case refusedByServer(Reason)
    /// No answer, or no confirmation, came in time.
    case timedOut
    /// No path worked for so long that the session was given up.
    case unreachable
    /// Host: its viewer had vanished, and another one has taken the place.
    case superseded
    /// Host: the session has taken as long as it may.
    case timeIsOver
    /// An authenticated peer broke the protocol.
    case protocolFailure

    /// A short name for records and reports.
    public var name: String {
        switch self {
        case .closed: "closed"
        case .closedByPeer: "closed-by-peer"
        case .wrongCode: "wrong-code"
        case .refusedByServer: "refused"
        case .timedOut: "timed-out"
        case .unreachable: "unreachable"
        case .superseded: "superseded"
        case .timeIsOver: "time-is-over"
        case .protocolFailure: "protocol-failure"
        }
    }
}

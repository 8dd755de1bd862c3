import STUN
import TURN
import WireFormat

/// An allocation on a TURN server, or the attempts to get one, from one socket.
struct Relay: Sendable {
    enum State: Sendable {
        case allocating
        case allocated(Candidate)
        /// To be tried again.
        case failed(retryAt: Instant)
        /// Given back; the record goes when the server has answered.
        case releasing
    }

    let identifier: UInt16
    let socket: UInt16
    var server: Agent.Server
    var client: TURN.Client
    var state = State.allocating
    /// A second client on the same socket that asks for a new allocation, while nothing comes through the old one: if
    /// the server has lost the old one (it was restarted), the new one takes its place; if not, the server refuses
    /// it (437, Allocation Mismatch).
    var challenger: TURN.Client?
    var challengeAt: Instant?
    /// Failures in a row.
    var failures = 0

    var path: Path { client.path }

    var candidate: Candidate? {
        if case .allocated(let candidate) = state { candidate } else { nil }
    }

    /// One second, doubling up to four: each try takes another 4.6 s and five packets, and a session may be waiting. While
    /// none is, up to two minutes.
    func backOff(hasPeer: Bool) -> Interval { .seconds(1 << Int64(min(failures, hasPeer ? 2 : 7))) }

    /// The server still has the allocation, so it is the peer or the path behind it that is silent.
    static let challengeInterval = Interval.seconds(30)

    var deadline: Instant {
        var earliest = client.nextDeadline ?? .distantFuture
        if let deadline = challenger?.nextDeadline { earliest = min(earliest, deadline) }
        if let challengeAt { earliest = min(earliest, challengeAt) }
        if case .failed(let retryAt) = state { earliest = min(earliest, retryAt) }
        return earliest
    }
}

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
        /// To be asked for when another one gives up its place (`Agent.Limits.relays`).
        case waiting
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
    /// When the server last said that it still has the allocation.
    var confirmedAt: Instant?
    /// Failures in a row.
    var failures = 0
    /// As whom we asked for allocations without an answer: the server may have made one for any of them. While there is
    /// an allocation its own user is not among them, since in that name it would be given back.
    var unanswered: [Agent.Server] = []
    /// Asked without an answer as the user whose allocation there is. The server may have lost that one and made
    /// another, which it tells whoever asks with the same request again.
    var unansweredChallenger: TURN.Client?
    /// The server has no IPv4 to relay (440), and is asked for IPv6.
    var wantsIPv6 = false
    /// The server has refused an allocation since it has one for our address, which may be one of those.
    var isTaken = false

    var path: Path { client.path }

    /// Whether it counts among those that are held or asked for at once.
    var hasPlace: Bool {
        switch state {
        case .allocating, .allocated: true
        case .failed, .waiting, .releasing: false
        }
    }

    /// Whether all that would be lost with it is another try.
    var isIdle: Bool {
        switch state {
        case .failed: challenger == nil
        case .waiting: true
        case .allocating, .allocated, .releasing: false
        }
    }

    var candidate: Candidate? {
        if case .allocated(let candidate) = state { candidate } else { nil }
    }

    /// One second, doubling up to four: each try takes another 4.6 s and five packets, and a session may be waiting. While
    /// none is, up to two minutes.
    func backOff(hasPeer: Bool) -> Interval { .seconds(1 << Int64(min(failures, hasPeer ? 2 : 7))) }

    /// The server still has the allocation, so it is the peer or the path behind it that is silent.
    static let challengeInterval = Interval.seconds(30)
    /// The same while nothing works: the server may lose it at any time, and says nothing of its own accord. Checks go
    /// through it ten times a second meanwhile, so this costs nothing.
    static let brokenChallengeInterval = Interval.seconds(4)

    /// What the server has may be the allocation that we know, or one that we were never told of. The pairs of the former
    /// have so long to answer before it is given up; doubled each time that it was neither.
    var takenDelay: Interval { min(.seconds(2 << Int64(min(failures, 4))), Self.challengeInterval) }

    /// Credentials change when signaling is lost and found; of so many an allocation may be left.
    private static let mostUnanswered = 3

    mutating func noteUnanswered(challenger: TURN.Client) {
        if challenger.configuration.username == client.configuration.username {
            unansweredChallenger = challenger
        } else {
            noteUnanswered(challenger.configuration)
        }
    }

    mutating func noteUnanswered(_ asked: TURN.Client.Configuration) {
        let asker = Agent.Server(
            address: asked.server, transport: asked.transport,
            service: .turn(username: asked.username, password: asked.password), challenge: asked.challenge)
        unanswered.removeAll { $0.service == asker.service }
        if unanswered.count == Self.mostUnanswered { unanswered.removeFirst() }
        unanswered.append(asker)
    }

    var deadline: Instant {
        var earliest = client.nextDeadline ?? .distantFuture
        if let deadline = challenger?.nextDeadline { earliest = min(earliest, deadline) }
        if let challengeAt { earliest = min(earliest, challengeAt) }
        if case .failed(let retryAt) = state { earliest = min(earliest, retryAt) }
        return earliest
    }
}

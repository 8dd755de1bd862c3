import WireFormat

/// How far an agent is in getting through hard NATs.
enum TraversalPhase: Sendable {
    /// There is a direct path, or no path to talk over.
    case idle
    /// Plain checks have their chance.
    case waiting(until: Instant)
    /// Fresh sockets ask a server which ports they are given.
    case scouting(until: Instant)
    /// The peer knows our NAT; we wait to hear of the peer's.
    case reported(until: Instant)
    /// Sockets are being opened, or one of them asks a server for the last port given.
    case preparing(attempt: UInt8, until: Instant)
    /// All is prepared here; the peer's word, or the proof that it is where it says, is awaited.
    case armed(attempt: UInt8, until: Instant)
    case sending(attempt: UInt8, next: Instant)
    /// All is sent; answers may still come.
    case listening(attempt: UInt8, until: Instant)
    /// Nothing came of it. Distant if it is not tried again in this network.
    case resting(until: Instant)

    var deadline: Instant {
        switch self {
        case .idle: .distantFuture
        case .waiting(let until), .scouting(let until), .reported(let until), .preparing(_, let until),
            .armed(_, let until), .listening(_, let until), .resting(let until):
            until
        case .sending(_, let next): next
        }
    }

    /// The attempt under way, if there is one.
    var attempt: UInt8? {
        switch self {
        case .preparing(let attempt, _), .armed(let attempt, _), .sending(let attempt, _), .listening(let attempt, _):
            attempt
        case .idle, .waiting, .scouting, .reported, .resting: nil
        }
    }
}

import Rendezvous
import WireFormat

/// A stream connection of a loop: one remote end, one path.
@usableFromInline
final class StreamConnection {
    enum Phase {
        /// The other end has not answered yet.
        case connecting(until: Instant, completion: (Result<Path, StreamFailure>) -> Void)
        /// It could not even be begun; the owner hears of it in the next turn.
        case failing(StreamFailure, completion: (Result<Path, StreamFailure>) -> Void)
        /// Accepted: no frame yet that the machine took.
        case fresh(until: Instant)
        case open
        case ended
    }

    /// Accepted ones count against their source, and have to earn their keep.
    let source: SourceNetwork?
    let framing: StreamFraming
    let precedence: StreamPrecedence
    var phase: Phase
    /// Nil until the connection is open.
    @usableFromInline var path: Path?
    /// Nil when it is closed, or could not be made.
    var socket: StreamSocket?
    /// Packets of a peer with their length before them (`PacketFrames`), which the machine does not see.
    var isPacketed = false
    /// Where it stands among the loop's connections.
    var index = 0

    /// The beginning of a frame whose rest has not come.
    var partial: [UInt8] = []
    /// When that rest must be there.
    var frameDeadline: Instant?
    var lastReceivedAt: Instant
    /// When the machine is asked whether it wants the connection.
    var trialAt: Instant?

    var outgoing = StreamSendBuffer()
    /// The loop writes at the end of its turn.
    var isDirty = false
    /// The kernel had no room: what waits goes on when it has.
    var isBlocked = false

    init(
        phase: Phase, source: SourceNetwork?, framing: @escaping StreamFraming,
        precedence: @escaping StreamPrecedence, now: Instant
    ) {
        self.phase = phase
        self.source = source
        self.framing = framing
        self.precedence = precedence
        lastReceivedAt = now
    }

    /// When something about it is due, if nothing comes before.
    func deadline(idlePatience: Interval) -> Instant? {
        switch phase {
        case .connecting(let until, _): return until
        case .failing: return lastReceivedAt
        case .ended: return nil
        case .fresh, .open: break
        }
        var earliest = frameDeadline
        func consider(_ instant: Instant?) {
            guard let instant else { return }
            earliest = earliest.map { min($0, instant) } ?? instant
        }
        if case .fresh(let until) = phase { consider(until) }
        if source != nil { consider(lastReceivedAt + idlePatience) }
        consider(trialAt)
        return earliest
    }
}

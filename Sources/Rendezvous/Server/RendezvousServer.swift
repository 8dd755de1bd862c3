import WireFormat

/// The server's side of the signaling protocol: introduces viewers to hosts and passes their blobs on.
///
/// It never sees a code's words nor a session's keys. Everything that needs cryptography or policy is an event that
/// the driver answers: challenges and their proofs, servers with credentials. All tables and rates are limited
/// per source and in total; what does not fit is refused with a reason.
///
/// After each call the driver drains `pollTransmit`, then `pollEvent`; acting on an event is such a call.
public struct RendezvousServer: Sendable {
    enum Timer: Hashable, Sendable {
        case connection(ConnectionIdentifier)
        case venue(Venue)
        case session(SessionIdentifier)
        /// Its viewer has not said who it is, or agreed to terms.
        case viewer(SessionIdentifier)
        /// The session's permit is over.
        case permit(SessionIdentifier)
        case meeting(MeetingIdentifier)
        case source(SourceNetwork)
        /// A connection that stays no longer than it must, since the server stops.
        case leaving(ConnectionIdentifier)
    }

    let configuration: Configuration
    var random: SeededRandom
    // Looked up, counted, or gone through in the order of the keys: that of a dictionary differs from run to run.
    var connections: [ConnectionIdentifier: ServerConnection] = [:]
    var venues: [Venue: ServerVenue] = [:]
    var sessions: [SessionIdentifier: ServerSession] = [:]
    var meetings: [MeetingIdentifier: WaitingPeer] = [:]
    var sources: [SourceNetwork: ServerSource] = [:]
    var timers = TimerHeap<Timer>()
    var ready = ReadyQueue()
    /// Connections whose queue was too full for a message.
    var overflowed = ReadyQueue()
    var events = EventQueue<Event>()
    var counters = ServerStatistics()
    /// Set by `drain`.
    var isDraining = false
    /// Connections that only wait to say their last words.
    var leavingCount = 0

    public init(configuration: Configuration = Configuration(), random: SeededRandom) {
        self.configuration = configuration
        self.random = random
    }

    /// When `advance` must be called next.
    public var nextDeadline: Instant? { timers.next }

    /// What was counted so far, and how full the tables are.
    public var statistics: ServerStatistics {
        var result = counters
        result.connections = connections.count
        result.venues = venues.count
        result.sessions = sessions.count
        result.waitingMeetings = meetings.count
        result.sources = sources.count
        result.timers = timers.count
        return result
    }

    /// Whether a host waits there.
    public func isOpen(_ venue: Venue) -> Bool { if case .open? = venues[venue] { true } else { false } }

    /// The next message to send, each connection in its turn.
    public mutating func pollTransmit() -> (connection: ConnectionIdentifier, bytes: [UInt8])? {
        while let connection = ready.popFirst() {
            guard let message = connections[connection]?.queue.popFirst() else {
                connections[connection]?.isReady = false
                continue
            }
            if connections[connection]?.queue.isEmpty == false {
                ready.append(connection)
            } else {
                connections[connection]?.isReady = false
            }
            return (connection, message)
        }
        return nil
    }

    public mutating func pollEvent() -> Event? { events.popFirst() }

    /// Call it once its owner knows the instant: one that does not wait for it has no use for the timer.
    mutating func schedule(_ timer: Timer, at instant: Instant) {
        timers.insert(timer, at: instant)
        timers.compactIfDoubled { timer, instant in
            switch timer {
            case .connection(let key), .leaving(let key): connections[key] != nil
            // What opens, waits or is asked anew leaves the timers of before behind.
            case .venue(let key): venues[key]?.deadline == instant
            case .meeting(let key): meetings[key]?.until == instant
            case .viewer(let key): sessions[key]?.viewerDeadline == instant
            case .session(let key), .permit(let key): sessions[key] != nil
            case .source(let key): sources[key] != nil
            }
        }
    }
}

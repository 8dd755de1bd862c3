/// What a loop's stream connections did, and why they ended.
public struct StreamStatistics: Hashable, Sendable {
    /// Connections at present, those being made included.
    public internal(set) var connections = 0
    /// Connections to others that were opened.
    public internal(set) var opened: UInt64 = 0
    /// Connections to others that could not be opened.
    public internal(set) var failedToOpen: UInt64 = 0
    public internal(set) var accepted: UInt64 = 0
    /// Refused at once: there were too many in all.
    public internal(set) var refusedByLimit: UInt64 = 0
    /// Refused at once: there were too many from one source.
    public internal(set) var refusedBySource: UInt64 = 0
    /// The process had no descriptors or the kernel no memory left.
    public internal(set) var acceptPauses: UInt64 = 0

    public internal(set) var framesReceived: UInt64 = 0
    public internal(set) var bytesReceived: UInt64 = 0
    /// Frames that the machine threw an error about.
    public internal(set) var framesRejected: UInt64 = 0
    public internal(set) var framesSent: UInt64 = 0
    public internal(set) var bytesSent: UInt64 = 0
    /// Calls in which the kernel took bytes: several frames each, mostly.
    public internal(set) var sendCalls: UInt64 = 0
    /// Whole frames for which the connection's buffer had no room.
    public internal(set) var framesDropped: UInt64 = 0
    /// Frames whose path is none of the connections.
    public internal(set) var framesWithoutPath: UInt64 = 0

    /// Those that ended so, by `StreamEnd`, from here on.
    public internal(set) var closed: UInt64 = 0
    public internal(set) var closedByRemote: UInt64 = 0
    public internal(set) var failed: UInt64 = 0
    public internal(set) var endedByInvalidFrame: UInt64 = 0
    public internal(set) var endedByLongFrame: UInt64 = 0
    public internal(set) var endedByRefusal: UInt64 = 0
    public internal(set) var endedAsSlow: UInt64 = 0
    public internal(set) var endedAsIdle: UInt64 = 0
    public internal(set) var endedAsUnwanted: UInt64 = 0

    public init() {}

    /// Counts another's in.
    public mutating func add(_ other: StreamStatistics) {
        connections += other.connections
        opened += other.opened
        failedToOpen += other.failedToOpen
        accepted += other.accepted
        refusedByLimit += other.refusedByLimit
        refusedBySource += other.refusedBySource
        acceptPauses += other.acceptPauses
        framesReceived += other.framesReceived
        bytesReceived += other.bytesReceived
        framesRejected += other.framesRejected
        framesSent += other.framesSent
        bytesSent += other.bytesSent
        sendCalls += other.sendCalls
        framesDropped += other.framesDropped
        framesWithoutPath += other.framesWithoutPath
        closed += other.closed
        closedByRemote += other.closedByRemote
        failed += other.failed
        endedByInvalidFrame += other.endedByInvalidFrame
        endedByLongFrame += other.endedByLongFrame
        endedByRefusal += other.endedByRefusal
        endedAsSlow += other.endedAsSlow
        endedAsIdle += other.endedAsIdle
        endedAsUnwanted += other.endedAsUnwanted
    }

    mutating func count(_ end: StreamEnd) {
        switch end {
        case .closed: closed += 1
        case .closedByRemote: closedByRemote += 1
        case .failed: failed += 1
        case .invalidFrame: endedByInvalidFrame += 1
        case .frameTooLong: endedByLongFrame += 1
        case .refused: endedByRefusal += 1
        case .slow: endedAsSlow += 1
        case .idle: endedAsIdle += 1
        case .unwanted: endedAsUnwanted += 1
        }
    }
}

/// What a server counts.
public struct ServerStatistics: Hashable, Sendable {
    public internal(set) var connections = 0
    public internal(set) var venues = 0
    /// Venues at which a host waits.
    public internal(set) var waitingHosts = 0
    public internal(set) var sessions = 0
    public internal(set) var waitingMeetings = 0
    public internal(set) var sources = 0
    /// Those included that do not matter any more.
    public internal(set) var timers = 0
    public internal(set) var connectionsTotal: UInt64 = 0
    public internal(set) var messagesTotal: UInt64 = 0
    public internal(set) var malformedTotal: UInt64 = 0
    public internal(set) var introducedTotal: UInt64 = 0
    public internal(set) var answeredTotal: UInt64 = 0
    public internal(set) var meetingsTotal: UInt64 = 0
    private var refusedTotals = [UInt64](repeating: 0, count: 32)

    /// Nothing counted.
    public init() {}

    /// Refusals for a reason.
    public func refusedTotal(_ reason: Reason) -> UInt64 { refusedTotals[Int(reason.rawValue) % 32] }

    mutating func countRefusal(_ reason: Reason) { refusedTotals[Int(reason.rawValue) % 32] += 1 }
}

import WireFormat

/// What the network knows of a host; the endpoint is kept elsewhere.
struct Host {
    var attachments: [Int]
    var isAlive = true
    var isWatched = false
    var counters = TrafficCounters()
    /// When the live timer event fires, and its number; older ones are stale.
    var timerAt: Int64 = .max
    var timerGeneration: UInt32 = 0
}

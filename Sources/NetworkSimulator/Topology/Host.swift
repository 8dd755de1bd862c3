import WireFormat

/// What the network knows of a host; the endpoint is kept elsewhere.
struct Host {
    var attachments: [Int]
    var isAlive = true
    var isWatched = false
    /// TCP ports on which it takes connections.
    var listeningPorts: [UInt16] = []
    var streams = FlowTable<Int>()
    var counters = TrafficCounters()
    /// When the live timer event fires, and its number; older ones are stale.
    var timerAt: Int64 = .max
    var timerGeneration: UInt32 = 0
    /// When a timer last fired, and how often in a row at that time.
    var timerFiredAt: Int64 = .min
    var timerRepeats = 0
}

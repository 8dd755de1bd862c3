import NIOCore

/// How many pings and pongs a peer has sent of late. Heartbeats are messages of ours; a proxy, or a client that somebody
/// else has written, may ping every few seconds.
struct ControlFrameMeter {
    private static let limit = 60
    private static let period = TimeAmount.seconds(60)

    private var count = 0
    private var start = NIODeadline.uptimeNanoseconds(0)

    /// Counts one; false if there are too many.
    mutating func take(at now: NIODeadline) -> Bool {
        if start + Self.period <= now { (count, start) = (0, now) }
        count += 1
        return count <= Self.limit
    }
}

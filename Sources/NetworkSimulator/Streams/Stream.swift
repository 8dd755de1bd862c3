import WireFormat

/// One end of a TCP or TLS connection.
struct Stream {
    enum Phase: Equatable {
        /// A SYN is under way, for the nth time.
        case opening(attempt: UInt32)
        /// TCP is open; TLS needs another round trip.
        case securing
        case open
        case closed
    }

    var host: Int
    var path: Path
    var phase: Phase
    /// Its host is to be told when it is open.
    var isAwaited = false
    /// Packets that wait for the connection, by slot.
    var waiting: [Int] = []
    var startedAt: Int64
}

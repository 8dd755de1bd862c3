import WireFormat

/// One of the many sockets. It has no candidates and no pairs until an authenticated check arrives at it.
struct PunchSocket: Sendable {
    let address: TransportAddress
    /// It has become a socket like any other.
    var isTaken = false
}

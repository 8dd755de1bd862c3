import WireFormat

/// What is to be done with a session's sockets when the machine's addresses have changed.
struct SocketChange: Equatable {
    /// Addresses that have no socket yet.
    let missing: [IPAddress]
    /// Sockets at addresses that are no longer there.
    let gone: [TransportAddress]

    init(bound: [TransportAddress], present: [IPAddress]) {
        missing = present.filter { ip in !bound.contains { $0.ip == ip } }
        // With nothing else there the old ones stay: the cable may be put back, and then they work as before.
        gone = present.isEmpty ? [] : bound.filter { !present.contains($0.ip) }
    }
}

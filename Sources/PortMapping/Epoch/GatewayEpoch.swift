import WireFormat

/// Watches the seconds that a gateway counts since it started, to notice that it has forgotten its mappings.
struct GatewayEpoch: Sendable {
    private var previous: (server: Int64, client: Instant)?

    /// Takes an epoch from an answer; true if the gateway lost its state since the last one.
    ///
    /// RFC 6887 section 8.5: it did if its time went back by more than a second, or if its clock and ours ran
    /// apart by more than a sixteenth plus two seconds.
    mutating func lostState(_ seconds: UInt32, at now: Instant) -> Bool {
        let server = Int64(seconds)
        defer { previous = (server, now) }
        guard let previous else { return false }
        if server + 1 < previous.server { return true }
        let clientDelta = (now - previous.client).nanoseconds / 1_000_000_000
        let serverDelta = server - previous.server
        return clientDelta + 2 < serverDelta - serverDelta / 16 || serverDelta + 2 < clientDelta - clientDelta / 16
    }
}

import WireFormat

/// A firewall's state: who inside has sent to whom outside, and until when answers pass.
struct Firewall {
    let rules: FirewallRules
    private var states = FlowTable<Int64>()

    init(_ rules: FirewallRules) { self.rules = rules }

    /// Whether a packet may leave; notes it if answers are to pass.
    mutating func admitsOutbound(
        _ transport: TransportProtocol, from inside: TransportAddress, to outside: TransportAddress, at now: Int64
    ) -> Bool {
        guard permits(transport, to: outside) else { return false }
        guard let key = key(transport, inside, outside) else { return true }
        if states[key] == nil, states.count >= rules.stateLimit {
            states.retain { $0 > now }
            guard states.count < rules.stateLimit else { return false }
        }
        states[key] = now + lifetime(transport)
        return true
    }

    /// Why a packet may not come in; nil if it may.
    mutating func refusalOfInbound(
        _ transport: TransportProtocol, to inside: TransportAddress, from outside: TransportAddress, at now: Int64
    ) -> DropReason? {
        guard permits(transport, to: outside) else { return .blocked }
        guard let key = key(transport, inside, outside) else { return nil }
        guard let expiry = states[key], expiry > now else { return .filtered }
        if rules.inboundRefreshes { states[key] = now + lifetime(transport) }
        return nil
    }

    mutating func reset() { states.removeAll() }

    private func permits(_ transport: TransportProtocol, to outside: TransportAddress) -> Bool {
        rules.outbound.contains(transport) && (rules.remotePorts.isEmpty || rules.remotePorts.contains(outside.port))
    }

    private func key(
        _ transport: TransportProtocol, _ inside: TransportAddress, _ outside: TransportAddress
    ) -> FlowKey? {
        rules.filtering.map { FlowKey(transport, inside: inside, outside: outside, granularity: Granularity($0)) }
    }

    /// RFC 5382 REQ-5 for streams, as a NAT's.
    private static let streamLifetime = Interval.seconds(7_440).nanoseconds

    private func lifetime(_ transport: TransportProtocol) -> Int64 {
        transport == .udp ? rules.lifetime.nanoseconds : Self.streamLifetime
    }
}

/// What a chain of gateways amounts to: as the strictest of them maps, as the strictest filters.
///
/// A NAT behind a NAT maps as finely as the finer of the two, since each distinct inner mapping is a distinct source
/// for the outer one; a packet must pass every filter, and each filter sees the same remote address.
struct ChainBehavior {
    var mapping = Granularity.any
    var filtering = Granularity.any
    /// Whether the next external port can be told from the last ones, where the mapping depends on the remote.
    var isPredictable = true
    var passesUDP = true

    init(_ side: NetworkSide, isIPv4: Bool) {
        for gateway in side.gateways {
            let firewall = isIPv4 ? gateway.firewallIPv4 : gateway.firewallIPv6
            add(firewall)
            if isIPv4, let rules = gateway.translation { add(rules) }
        }
    }

    private mutating func add(_ firewall: FirewallRules) {
        if !firewall.outbound.contains(.udp) || !firewall.remotePorts.isEmpty { passesUDP = false }
        if let behavior = firewall.filtering { filtering = max(filtering, Granularity(behavior)) }
    }

    private mutating func add(_ rules: TranslationRules) {
        mapping = max(mapping, Granularity(rules.mapping))
        filtering = max(filtering, Granularity(rules.filtering))
        guard rules.mapping != .endpointIndependent else { return }
        if case .random = rules.assignment { isPredictable = false }
        if rules.pooling == .arbitrary { isPredictable = false }
    }
}

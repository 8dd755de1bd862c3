/// What a chain of gateways amounts to: as the strictest of them maps, as the strictest filters.
///
/// A NAT behind a NAT maps as finely as the finer of the two, since each distinct inner mapping is a distinct source
/// for the outer one; a packet must pass every filter, and each filter sees the same remote address.
struct ChainBehavior {
    /// What the ports that the chain shows are like, to a new destination.
    private enum Ports {
        /// The same as to every other destination.
        case stable
        /// Others, one after the other.
        case sequential
        /// Others, without order.
        case random
    }

    var mapping = Granularity.any
    var filtering = Granularity.any
    /// Whether the next external port can be told from the last ones, where the mapping depends on the remote.
    var isPredictable: Bool { ports != .random }
    var passesUDP = true
    private var ports = Ports.stable
    /// Whether connections may be made to any port.
    var passesTCP = true

    init(_ side: NetworkSide, isIPv4: Bool) {
        for gateway in side.gateways {
            let firewall = isIPv4 ? gateway.firewallIPv4 : gateway.firewallIPv6
            add(firewall)
            if isIPv4, let rules = gateway.translation { add(rules) }
        }
    }

    private mutating func add(_ firewall: FirewallRules) {
        if !firewall.outbound.contains(.udp) || !firewall.remotePorts.isEmpty { passesUDP = false }
        if !firewall.outbound.contains(.tcp) || !firewall.remotePorts.isEmpty { passesTCP = false }
        if let behavior = firewall.filtering { filtering = max(filtering, Granularity(behavior)) }
    }

    private mutating func add(_ rules: TranslationRules) {
        mapping = max(mapping, Granularity(rules.mapping))
        filtering = max(filtering, Granularity(rules.filtering))
        ports = ports(behind: rules)
    }

    /// What becomes of the ports of what is further inside. Each new port inside is a new source, for which even a
    /// mapping that depends on nothing else chooses a new port outside.
    private func ports(behind rules: TranslationRules) -> Ports {
        guard ports != .stable || rules.mapping != .endpointIndependent else { return .stable }
        if rules.pooling == .arbitrary { return .random }
        switch rules.assignment {
        case .random: return .random
        case .sequential: return .sequential
        case .preserving: return ports == .random ? .random : .sequential
        }
    }
}

/// What stands between one host and the internet, as the oracle needs to know it.
public struct NetworkSide: Hashable, Sendable {
    /// The gateways on the way out, the host's own first.
    public var gateways: [GatewayRules]
    /// Whether the host has an IPv4 address at all.
    public var hasIPv4: Bool
    /// Whether the host has a global IPv6 address.
    public var hasIPv6: Bool

    public init(gateways: [GatewayRules] = [], hasIPv4: Bool = true, hasIPv6: Bool = false) {
        self.gateways = gateways
        self.hasIPv4 = hasIPv4
        self.hasIPv6 = hasIPv6
    }

    /// A port may be mapped by request if the only NAT on the way answers such requests and nothing else filters.
    public var mapsPorts: Bool {
        let translating = gateways.filter { $0.translation != nil }
        return translating.count == 1 && translating[0].mapsPorts
            && gateways.allSatisfy { $0.firewallIPv4.filtering == nil }
    }
}

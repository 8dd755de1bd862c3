/// What stands between a network and its parent: a NAT, a firewall, or both.
///
/// IPv4 is translated if `translation` is set; IPv6 never is. What is not translated is routed: inside addresses are
/// known outside. The firewalls apply to the inside addresses.
public struct GatewayRules: Hashable, Sendable {
    public var translation: TranslationRules?
    public var firewallIPv4: FirewallRules
    public var firewallIPv6: FirewallRules
    /// Whether the gateway answers port-mapping requests (NAT-PMP and PCP) from inside.
    public var mapsPorts: Bool

    public init(
        translation: TranslationRules? = nil, firewallIPv4: FirewallRules = .open,
        firewallIPv6: FirewallRules = .stateful, mapsPorts: Bool = false
    ) {
        self.translation = translation
        self.firewallIPv4 = firewallIPv4
        self.firewallIPv6 = firewallIPv6
        self.mapsPorts = mapsPorts
    }

    /// A NAT for IPv4 with a stateful firewall for IPv6.
    public static func nat(_ rules: TranslationRules, mapsPorts: Bool = false) -> GatewayRules {
        GatewayRules(translation: rules, mapsPorts: mapsPorts)
    }

    /// A firewall for both families, without translation.
    public static func firewall(_ rules: FirewallRules) -> GatewayRules {
        GatewayRules(firewallIPv4: rules, firewallIPv6: rules)
    }
}

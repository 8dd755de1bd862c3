import NetworkSimulator

/// The kinds of networks that the laboratory builds, by the names that its rows carry.
///
/// One table for both: the laboratory makes the kernel's rules, and `DirectPathOracle` its verdict, of `side`.
enum LabPlace: String, CaseIterable, Sendable {
    case open
    case firewall
    case fullCone = "full-cone"
    case addressRestricted = "address-restricted"
    case portRestricted = "port-restricted"
    case symmetric
    case sequential
    case carrierGrade = "carrier-grade"
    case udpBlocked = "udp-blocked"
    case webOnly = "web-only"

    /// What stands between the host and the internet, as the host sees it: its own gateway first.
    var side: NetworkSide {
        switch self {
        case .open: NetworkSide()
        case .firewall: NetworkSide(gateways: [.firewall(.stateful)])
        case .fullCone: NetworkSide(gateways: [.nat(.fullCone)])
        case .addressRestricted: NetworkSide(gateways: [.nat(.addressRestricted)])
        case .portRestricted: NetworkSide(gateways: [.nat(.portRestricted)])
        case .symmetric: NetworkSide(gateways: [.nat(.symmetric)])
        case .sequential: NetworkSide(gateways: [.nat(.symmetricSequential)])
        case .carrierGrade: NetworkSide(gateways: [.nat(.portRestricted), .nat(.portRestricted)])
        case .udpBlocked: NetworkSide(gateways: [Self.home(behind: .udpBlocked)])
        case .webOnly: NetworkSide(gateways: [Self.home(behind: .webOnly)])
        }
    }

    private static func home(behind firewall: FirewallRules) -> GatewayRules {
        GatewayRules(translation: .portRestricted, firewallIPv4: firewall)
    }
}

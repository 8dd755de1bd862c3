import NetworkSimulator

/// Two peers behind one NAT.
enum LabShared: String, CaseIterable, Sendable {
    /// In one network, which reaches across without the NAT.
    case oneNetwork = "one-network"
    /// In two networks that the NAT keeps apart, but for packets to its own external address.
    case hairpin
    /// In two networks that the NAT keeps apart.
    case noHairpin = "no-hairpin"

    /// The NAT between both and the internet.
    var gateway: GatewayRules {
        var rules = TranslationRules.fullCone
        rules.hairpinning = self == .hairpin ? .externalSource : .off
        return .nat(rules)
    }

    var isOneNetwork: Bool { self == .oneNetwork }

    /// Whether a direct path exists. The oracle knows hosts in different networks only.
    var isDirectPossible: Bool { self != .noHairpin }
}

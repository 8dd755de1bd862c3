import NetworkSimulator
import WireFormat

/// A gateway's rules in the language of nftables.
///
/// The kernel's own NAT keeps a source port while it is free and lets in only what answers: the port-restricted one of
/// RFC 3489, as long as nothing that comes unasked leaves a trace in connection tracking, for a trace would take the
/// port of a mapping that a packet from inside is about to need. The other kinds are built upon it.
struct NetfilterRules {
    /// The interface towards the internet; the inside ones are called `insideInterfaces`.
    static let outsideInterface = "out"
    static let insideInterfaces = "in*"

    private let rules: GatewayRules
    private let outside: String

    /// - Parameter outside: the gateway's address on the outside.
    init(_ rules: GatewayRules, outside: IPAddress) {
        self.rules = rules
        self.outside = "\(outside)"
    }

    /// Whether the kernel's NAT can be made to do this.
    static func canDo(_ rules: TranslationRules) -> Bool {
        switch (rules.mapping, rules.assignment) {
        case (.endpointIndependent, .preserving): true
        case (.addressAndPortDependent, .random): rules.filtering == .addressAndPortDependent
        default: false
        }
    }

    var text: String {
        """
        table ip beeline {
        \((tables + [forward, input] + translation).joined(separator: "\n"))
        }
        """
    }

    /// Whoever is outside may come in unasked, to some degree.
    private var isOpenable: Bool { rules.translation.map { $0.filtering != .addressAndPortDependent } ?? false }

    private var hairpins: Bool { rules.translation.map { $0.hairpinning != .off } ?? false }

    private func chain(_ name: String, _ hook: String, _ lines: [String]) -> String {
        "chain \(name) {\ntype \(hook);\n\(lines.joined(separator: "\n"))\n}"
    }

    /// What mappings there are, by external port, and whom each has sent to.
    private var tables: [String] {
        guard isOpenable else { return [] }
        return [
            "map mapped { type inet_service : ipv4_addr . inet_service; flags dynamic, timeout; size 65535; timeout 2m; }",
            "set contacted { type inet_service . ipv4_addr; flags dynamic, timeout; size 65535; timeout 2m; }",
        ]
    }

    private var forward: String {
        let firewall = rules.firewallIPv4
        var lines = ["iifname \"\(Self.insideInterfaces)\" oifname \"\(Self.insideInterfaces)\" ct status dnat accept"]
        lines.append("iifname \"\(Self.insideInterfaces)\" oifname \"\(Self.insideInterfaces)\" drop")
        if !firewall.outbound.contains(.udp) { lines.append("meta l4proto udp drop") }
        if !firewall.remotePorts.isEmpty {
            let ports = firewall.remotePorts.map { "\($0)" }.joined(separator: ", ")
            lines.append("iifname \"\(Self.insideInterfaces)\" meta l4proto != tcp drop")
            lines.append("iifname \"\(Self.insideInterfaces)\" tcp dport != { \(ports) } drop")
        }
        if firewall.filtering != nil || rules.translation != nil {
            lines.append("iifname \"\(Self.outsideInterface)\" ct status dnat accept")
            lines.append("iifname \"\(Self.outsideInterface)\" ct state new,invalid drop")
        }
        return chain("forward", "filter hook forward priority filter", lines)
    }

    /// What comes for the gateway itself and was not sent on is dropped before it is tracked.
    private var input: String {
        chain(
            "input", "filter hook input priority filter",
            ["iifname \"\(Self.outsideInterface)\" ct state new,invalid drop"])
    }

    private var translation: [String] {
        guard let translation = rules.translation else { return [] }
        let random = translation.mapping == .endpointIndependent ? "" : " fully-random"
        var source = ["oifname \"\(Self.outsideInterface)\" masquerade\(random)"]
        if hairpins { source.append("oifname \"\(Self.insideInterfaces)\" ct status dnat snat to \(outside)") }
        var chains = [chain("source", "nat hook postrouting priority srcnat", source)]
        guard isOpenable else { return chains }
        chains.append(
            chain(
                "learn", "filter hook postrouting priority srcnat + 50",
                [
                    "oifname \"\(Self.outsideInterface)\" update @mapped "
                        + "{ udp sport : ct original ip saddr . ct original proto-src }",
                    "oifname \"\(Self.outsideInterface)\" update @contacted { udp sport . ip daddr }",
                ]))
        let filter = translation.filtering == .addressDependent ? "udp dport . ip saddr @contacted " : ""
        var destination = [
            "iifname \"\(Self.outsideInterface)\" \(filter)dnat ip to udp dport map @mapped"
        ]
        if hairpins {
            destination.append(
                "iifname \"\(Self.insideInterfaces)\" ip daddr \(outside) dnat ip to udp dport map @mapped")
        }
        chains.append(chain("destination", "nat hook prerouting priority dstnat", destination))
        return chains
    }
}

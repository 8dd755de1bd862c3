import WireFormat

/// A NAT, a firewall or both, between an inside network and its parent.
struct Gateway {
    var rules: GatewayRules
    /// The network behind it.
    var inside: Int
    /// Its connection to the parent network.
    var attachment: Int
    var translator: Translator?
    var firewallIPv4: Firewall
    var firewallIPv6: Firewall
    /// Where it answers port-mapping requests.
    var insideAddress: IPAddress?
    /// When it was last started, for the epoch that port-mapping protocols report.
    var startedAt: Int64

    func translates(_ address: IPAddress) -> Bool { translator != nil && address.isIPv4 }

    func ownsExternally(_ address: IPAddress) -> Bool { translator?.externalAddresses.contains(address) ?? false }

    mutating func admitsOutbound(_ packet: Packet, at now: Int64) -> Bool {
        packet.source.ip.isIPv4
            ? firewallIPv4.admitsOutbound(packet.transport, from: packet.source, to: packet.destination, at: now)
            : firewallIPv6.admitsOutbound(packet.transport, from: packet.source, to: packet.destination, at: now)
    }

    mutating func refusalOfInbound(_ packet: Packet, at now: Int64) -> DropReason? {
        packet.source.ip.isIPv4
            ? firewallIPv4.refusalOfInbound(packet.transport, to: packet.destination, from: packet.source, at: now)
            : firewallIPv6.refusalOfInbound(packet.transport, to: packet.destination, from: packet.source, at: now)
    }

    mutating func reboot(at now: Int64, externalAddresses: [IPAddress]? = nil) {
        translator?.reset(externalAddresses: externalAddresses)
        firewallIPv4.reset()
        firewallIPv6.reset()
        startedAt = now
    }
}

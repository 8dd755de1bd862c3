import WireFormat

extension SimulatedNetwork {
    /// Builds the gateways of a drawn side and says how to attach its host.
    ///
    /// Addresses derive from `number`: sides with different numbers (below 2^16) get different public addresses, while
    /// home networks all use the same private ranges, as in life. The host gets its port-mapping gateway's address
    /// at `192.168.1.1`.
    public mutating func build(_ draw: PopulationDraw, number: UInt16) -> BuiltSide {
        var network = NetworkIdentifier.internet
        var gateways: [GatewayIdentifier] = []
        let outward = UInt32(number)
        for (depth, rules) in draw.side.gateways.reversed().enumerated() {
            let isInnermost = depth == draw.side.gateways.count - 1
            let translates = rules.translation != nil
            let external: [IPAddress] =
                !translates ? [] : [.v4(gateways.isEmpty || isPublic(network) ? 0x1700_0000 | outward : 0x6440_0002)]
            let added = addGateway(
                rules, behind: network, externalAddresses: external,
                insideAddress: isInnermost ? .v4(0xC0A8_0101) : nil, link: depth == 0 ? draw.link : .instant)
            network = added.network
            gateways.append(added.gateway)
        }
        let isTranslated = draw.side.gateways.contains { $0.translation != nil }
        var addresses: [IPAddress] = [.v4(isTranslated ? 0xC0A8_0102 : 0x1700_0000 | outward)]
        if draw.side.hasIPv6 { addresses.append(.v6(high: 0x2A00_0000_0000_0000 | UInt64(number) << 16, low: 2)) }
        let plan = AttachmentPlan(
            network: network, addresses: addresses, link: gateways.isEmpty ? draw.link : .instant)
        return BuiltSide(attachment: plan, gateways: gateways)
    }

    /// Whether addresses in a network are known in the internet: no NAT is in between.
    private func isPublic(_ network: NetworkIdentifier) -> Bool {
        var index = network.index
        while let gateway = networks[index].gateway {
            if gateways[gateway].translator != nil { return false }
            index = attachments[gateways[gateway].attachment].network
        }
        return true
    }
}

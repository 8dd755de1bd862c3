public import WireFormat

extension SimulatedNetwork {
    /// Puts a gateway between a network and a new one behind it, and returns both names.
    ///
    /// - Parameters:
    ///   - externalAddresses: the gateway's addresses in the parent network: what a NAT translates to.
    ///   - insideAddress: its address inside, where port-mapping clients find it.
    ///   - link: between the gateway and its parent network.
    public mutating func addGateway(
        _ rules: GatewayRules, behind parent: NetworkIdentifier = .internet, externalAddresses: [IPAddress],
        insideAddress: IPAddress? = nil, link: AccessLink = .instant
    ) -> (gateway: GatewayIdentifier, network: NetworkIdentifier) {
        let gateway = gateways.count
        let attachment = attach(.gateway(gateway), to: parent.index, addresses: externalAddresses, link: link)
        let inside = networks.count
        networks.append(Network(gateway: gateway))
        let random = MixingRandom(seed: seed, stream: 1 << 32 | UInt64(gateway))
        gateways.append(
            Gateway(
                rules: rules, inside: inside, attachment: attachment,
                translator: rules.translation.map {
                    Translator(
                        rules: $0, externalAddresses: externalAddresses.filter(\.isIPv4), random: random)
                },
                firewallIPv4: Firewall(rules.firewallIPv4), firewallIPv6: Firewall(rules.firewallIPv6),
                insideAddress: insideAddress, startedAt: now.nanoseconds))
        return (GatewayIdentifier(index: gateway), NetworkIdentifier(index: inside))
    }

    /// Adds a host without an endpoint; `Simulator.addHost` is what users want.
    @usableFromInline
    mutating func addHost(_ plans: [AttachmentPlan]) -> HostIdentifier {
        let host = hosts.count
        hosts.append(Host(attachments: []))
        for plan in plans {
            let attachment = attach(
                .host(host), to: plan.network.index, addresses: plan.addresses, link: plan.link)
            hosts[host].attachments.append(attachment)
        }
        return HostIdentifier(index: host)
    }

    /// Connects two hosts by a reliable pipe that carries messages in order, each `delay` after it was sent.
    public mutating func addPipe(
        between first: HostIdentifier, and second: HostIdentifier, delay: Interval
    ) -> PipeIdentifier {
        pipes.append(Pipe(hosts: (first.index, second.index), delay: max(0, delay.nanoseconds)))
        return PipeIdentifier(index: pipes.count - 1)
    }

    /// Lets a fault happen at a time that is not yet past.
    public mutating func schedule(_ fault: Fault, at instant: Instant) {
        faults.append(fault)
        queue.push(.fault, at: max(now, instant).nanoseconds, index: faults.count - 1)
    }

    /// Shows all bytes that enter or leave a host, in datagrams, streams and pipes, to `body`.
    public mutating func watch(
        _ host: HostIdentifier, _ body: @escaping (_ bytes: Span<UInt8>, _ passage: Passage, _ now: Instant) -> Void
    ) {
        watchers.append(Watcher(host: host.index, body: body))
        hosts[host.index].isWatched = true
    }

    /// What a host sent and received.
    public func counters(of host: HostIdentifier) -> TrafficCounters { hosts[host.index].counters }

    /// A host's addresses now, in the order of its attachments.
    public func addresses(of host: HostIdentifier) -> [IPAddress] {
        hosts[host.index].attachments.flatMap { attachments[$0].addresses }
    }

    /// A host's connections, in the order of their plans.
    public func attachments(of host: HostIdentifier) -> [AttachmentIdentifier] {
        hosts[host.index].attachments.map(AttachmentIdentifier.init)
    }

    /// A gateway's connection to its parent network.
    public func attachment(of gateway: GatewayIdentifier) -> AttachmentIdentifier {
        AttachmentIdentifier(index: gateways[gateway.index].attachment)
    }

    /// The mappings in a gateway's table, for tests of limits and lifetimes.
    public func mappingCount(of gateway: GatewayIdentifier) -> Int {
        gateways[gateway.index].translator?.mappingCount ?? 0
    }

    private mutating func attach(
        _ owner: Attached, to network: Int, addresses: [IPAddress], link: AccessLink
    ) -> Int {
        let index = attachments.count
        let stream = UInt64(index) << 1
        attachments.append(
            Attachment(
                network: network, owner: owner, addresses: [],
                up: LinkState(link.up, random: MixingRandom(seed: seed, stream: stream)),
                down: LinkState(link.down, random: MixingRandom(seed: seed, stream: stream | 1))))
        setAddresses(addresses, of: index)
        return index
    }

    /// Replaces an attachment's addresses, in its network and in those outside to which its gateways route them.
    mutating func setAddresses(_ addresses: [IPAddress], of attachment: Int) {
        for address in attachments[attachment].addresses { announce(address, nil, attachment) }
        attachments[attachment].addresses = addresses
        for address in addresses { announce(address, attachment, attachment) }
    }

    private mutating func announce(_ address: IPAddress, _ target: Int?, _ attachment: Int) {
        var network = attachments[attachment].network
        var target = target
        while true {
            networks[network].attachments[FlowKey(address)] = target
            guard let gateway = networks[network].gateway, !gateways[gateway].translates(address) else { return }
            let outside = gateways[gateway].attachment
            if target != nil { target = outside }
            network = attachments[outside].network
        }
    }
}

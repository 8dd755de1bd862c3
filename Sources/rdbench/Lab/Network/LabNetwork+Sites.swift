import NetworkSimulator
import WireFormat

/// The sites: peers behind what their places say.
extension LabNetwork {
    /// Builds the site of one peer.
    ///
    /// - Returns: the namespace of the peer.
    func build(_ seat: LabSeat) throws -> String {
        let name = "\(prefix)-\(seat.name)"
        let site = nextSite()
        var upstream = siteInterface(site)
        var address = upstream.neighbour(1)
        var translator: PacketTranslator?
        var isTranslated = false
        for (depth, rules) in seat.place.side.gateways.enumerated().reversed() {
            isTranslated = isTranslated || rules.translation != nil
            let inside = Self.insideAddress(site, isTranslated: isTranslated, isHome: depth == 0)
            if let translation = rules.translation, !NetfilterRules.canDo(translation) {
                // This gateway is in the cable to the next one, or to the peer.
                translator = PacketTranslator(rules: translation, outside: address, seed: seed &+ UInt64(site))
            } else {
                upstream = try addGateway(
                    "\(name)-gateway\(depth)", rules, behind: upstream, at: address, inside: inside,
                    lags: seat.isHost && upstream.namespace == internet, translator: translator)
                translator = nil
            }
            address = .v4(inside + (depth == 0 && isTranslated ? 9 + site : 1))
        }
        addNamespace(name, isRouter: false)
        let own = LabInterface(namespace: name, name: "eth0", address: address)
        try join(upstream, own, lags: seat.isHost && upstream.namespace == internet, translator: translator)
        return name
    }

    /// Builds a site of two peers.
    func build(_ shared: LabShared) throws -> (host: String, viewer: String) {
        let name = "\(prefix)-\(shared.rawValue)"
        let upstream = siteInterface(nextSite())
        let gateway = try addGateway(
            "\(name)-gateway", shared.gateway, behind: upstream, at: upstream.neighbour(1), inside: Self.homeNetwork,
            lags: shared.isOneNetwork)
        if shared.isOneNetwork { script.addBridge(gateway) }
        let peers = try ["host", "viewer"].enumerated().map { index, role in
            let number = UInt32(index)
            let peer = "\(name)-\(role)"
            addNamespace(peer, isRouter: false)
            let inside =
                shared.isOneNetwork
                ? LabInterface(
                    namespace: gateway.namespace, name: "port\(index)", address: gateway.address, bridge: gateway.name)
                : LabInterface(
                    namespace: gateway.namespace, name: "in\(index)", address: .v4(Self.homeNetwork + number << 8))
            let own = LabInterface(namespace: peer, name: "eth0", address: inside.neighbour(10 + number))
            // What both have in common cannot be late for one of them: in one network it is late for both.
            try join(inside, own, lags: index == 0 && !shared.isOneNetwork)
            return peer
        }
        return (peers[0], peers[1])
    }

    private func nextSite() -> UInt32 {
        siteCount += 1
        return siteCount
    }

    /// Where a site meets the internet.
    private func siteInterface(_ site: UInt32) -> LabInterface {
        LabInterface(namespace: internet, name: "site\(site)", address: .v4(0x1700_0001 | site << 8))
    }

    /// 192.168.1.1
    private static let homeNetwork: UInt32 = 0xC0A8_0101

    /// A gateway's own address on its inside: in a home, between home and carrier (RFC 6598), or a public one.
    private static func insideAddress(_ site: UInt32, isTranslated: Bool, isHome: Bool) -> UInt32 {
        guard isTranslated else { return 0x1701_0001 | site << 8 }
        return isHome ? homeNetwork : 0x6440_0001 | site << 8
    }

    /// Adds a gateway.
    ///
    /// - Returns: its inside, which is not there before something is joined to it.
    private func addGateway(
        _ name: String, _ rules: GatewayRules, behind upstream: LabInterface, at outside: IPAddress, inside: UInt32,
        lags: Bool, translator: PacketTranslator? = nil
    ) throws -> LabInterface {
        addNamespace(name, isRouter: true)
        let interface = LabInterface(namespace: name, name: NetfilterRules.outsideInterface, address: outside)
        try join(upstream, interface, lags: lags, translator: translator)
        script.addRules(NetfilterRules(rules, outside: outside), in: name)
        let inner = LabInterface(namespace: name, name: "in0", address: .v4(inside))
        // Where nothing is translated, the internet knows the way in.
        if rules.translation == nil {
            script.addRoute("\(IPAddress.v4(inside - 1))/24 via \(outside)", in: upstream.namespace)
        }
        return inner
    }

    /// Joins two interfaces, and makes the outer one the way to everywhere.
    ///
    /// A cable that does something is a tunnel through this process, any other one the kernel's own.
    private func join(
        _ outer: LabInterface, _ inner: LabInterface, lags: Bool, translator: PacketTranslator? = nil
    ) throws {
        let isAccess = outer.namespace == internet
        let delay = isAccess ? condition.linkDelay : .zero
        let lag = lags ? condition.signalingLag : .zero
        if delay == .zero, lag == .zero, translator == nil {
            script.addWire(outer, inner)
        } else {
            let cable = Cable(
                outer: try Tunnel(number: cables.count * 2), inner: try Tunnel(number: cables.count * 2 + 1),
                delay: delay, lag: lag,
                laggingSource: TransportAddress(ip: Self.serverAddress, port: Self.signalingPort),
                translator: translator)
            script.moveTunnel(cable.outer.name, to: outer)
            script.moveTunnel(cable.inner.name, to: inner)
            cables.append(cable)
        }
        let isRouted = translator == nil
        script.addRoute(
            isRouted ? "default via \(outer.address)" : "default dev \(inner.name)", in: inner.namespace)
    }
}

import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// One simulated session: a host and a viewer in networks of their own, a server on the internet.
package struct SessionTrial: ~Copyable {
    package static let serverAddress = IPAddress.v4(0xC633_6401)
    /// Where a simulated home gateway answers its hosts.
    private static let gatewayAddress = IPAddress.v4(0xC0A8_0101)
    private static let screenWidth = 64
    private static let screenHeight = 48

    package var simulator: Simulator<Party>
    package let server: ServerParty
    package let host: HostParty
    package let viewer: ViewerParty
    package let serverHost: NetworkSimulator.HostIdentifier
    package let hostHost: NetworkSimulator.HostIdentifier
    package let viewerHost: NetworkSimulator.HostIdentifier

    /// - Parameters:
    ///   - hostSide: the host's surroundings.
    ///   - viewerSide: the viewer's.
    ///   - mapsPorts: whether the peers ask their gateways for a port.
    ///   - identities: the peers' long-lived keys, host first: they are made once for many trials.
    package init(
        seed: UInt64, host hostSide: PopulationDraw, viewer viewerSide: PopulationDraw,
        identities: (host: StaticKeyPair, viewer: StaticKeyPair),
        configuration: SessionConfiguration = SessionConfiguration(), mapsPorts: Bool = true
    ) throws {
        var random = SeededRandom(seed: seed)
        var simulator = Simulator<Party>(seed: random.next())
        server = ServerParty(address: Self.serverAddress, seed: random.next())
        serverHost = simulator.addHost(
            .server(server),
            [AttachmentPlan(addresses: [Self.serverAddress], link: AccessLink(delay: .milliseconds(2)))])
        simulator.network.listen(on: ServerParty.port, of: serverHost)
        simulator.network.listen(on: ServerParty.webPort, of: serverHost)
        let hostPlan = simulator.network.build(hostSide, number: 1).attachment
        let viewerPlan = simulator.network.build(viewerSide, number: 2).attachment

        func adapted(to side: PopulationDraw) -> SessionConfiguration {
            var result = configuration
            let isTranslated = side.side.gateways.contains { $0.translation != nil }
            if mapsPorts, isTranslated { result.gateway = Self.gatewayAddress }
            return result
        }
        let hostPeer = HostPeer(
            access: .authorizedKeys([identities.viewer.publicKey]), keys: identities.host,
            configuration: adapted(to: hostSide), serverName: "simulated", screenWidth: Self.screenWidth,
            screenHeight: Self.screenHeight, random: random.fork(), at: .zero)
        host = HostParty(peer: hostPeer, addresses: hostPlan.addresses)
        host.paint(width: Self.screenWidth, height: Self.screenHeight)
        host.settle(at: .zero)
        hostHost = simulator.addHost(.host(host), [hostPlan])

        let viewerPeer = try ViewerPeer(
            .publicKey(identities.host.publicKey), keys: identities.viewer,
            configuration: adapted(to: viewerSide),
            sockets: viewerPlan.addresses.map { TransportAddress(ip: $0, port: 50_000) }, random: random.fork(),
            at: Self.warmUp)
        viewer = ViewerParty(peer: viewerPeer, addresses: viewerPlan.addresses)

        Self.connect(hostHost, to: serverHost, delay: hostSide.link.up.delay, in: &simulator)
        simulator.run(until: Self.warmUp)
        viewerHost = simulator.addHost(.viewer(viewer), [viewerPlan])
        Self.connect(viewerHost, to: serverHost, delay: viewerSide.link.up.delay, in: &simulator)
        self.simulator = simulator
    }

    /// The host waits at the server before the viewer comes.
    package static let warmUp = Instant.zero + .seconds(2)

    /// Opens a peer's signaling pipe.
    private static func connect(
        _ peer: NetworkSimulator.HostIdentifier, to server: NetworkSimulator.HostIdentifier, delay: Interval,
        in simulator: inout Simulator<Party>
    ) {
        let pipe = simulator.network.addPipe(between: peer, and: server, delay: delay)
        simulator.update(server) { party, now in
            guard case .server(let server) = party else { return }
            server.connect(pipe, from: TransportAddress(ip: .v4(0x0101_0101), port: 1), at: now)
        }
        simulator.update(peer) { party, now in
            switch party {
            case .host(let host): host.open(pipe, at: now)
            case .viewer(let viewer): viewer.open(pipe, at: now)
            case .server: break
            }
        }
    }

    /// Runs for so long after the viewer's start, or until the viewer has the picture over a direct path.
    package mutating func run(for interval: Interval) {
        let viewer = viewer
        _ = simulator.run(until: Self.warmUp + interval) { _, _ in viewer.isSharp && viewer.isDirect }
    }
}

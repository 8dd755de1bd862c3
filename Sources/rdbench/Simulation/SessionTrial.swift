import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// One simulated session: a host and a viewer in networks of their own, a server on the internet.
package struct SessionTrial: ~Copyable {
    package static let serverAddress = IPAddress.v4(0xC633_6401)
    /// Where a simulated home gateway answers its hosts.
    static let gatewayAddress = IPAddress.v4(0xC0A8_0101)
    /// The viewer's sockets have it, and take TCP connections there.
    private static let viewerPort: UInt16 = 50_000

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
    ///   - waiting: hosts that have registered before, with the same identities and configuration, if there are some.
    ///   - opensSignaling: whether the viewer begins with the connection to the server, TCP and then TLS, as the program
    ///     does. Without it, it is there: the session begins with the viewer's request.
    ///   - serverDelay: between the internet and the server's datagrams, one way.
    package init(
        seed: UInt64, host hostSide: PopulationDraw, viewer viewerSide: PopulationDraw,
        identities: (host: StaticKeyPair, viewer: StaticKeyPair),
        configuration: SessionConfiguration = SessionConfiguration(), mapsPorts: Bool = true,
        waiting: WaitingHosts? = nil, opensSignaling: Bool = false, serverDelay: Interval = .milliseconds(2)
    ) throws {
        var random = SeededRandom(seed: seed)
        var simulator = Simulator<Party>(seed: random.next())
        let asksGateway = mapsPorts && hostSide.isTranslated
        let waitingHost =
            waiting?.host(asksGateway: asksGateway)
            ?? WaitingHost(
                seed: seed, identities: identities, configuration: configuration, asksGateway: asksGateway)
        server = ServerParty(address: Self.serverAddress, seed: random.next(), after: waitingHost.server)
        serverHost = simulator.addHost(
            .server(server),
            [AttachmentPlan(addresses: [Self.serverAddress], link: AccessLink(delay: serverDelay))])
        simulator.network.listen(on: ServerParty.port, of: serverHost)
        simulator.network.listen(on: ServerParty.webPort, of: serverHost)
        let hostPlan = simulator.network.build(hostSide, number: 1).attachment
        let viewerPlan = simulator.network.build(viewerSide, number: 2).attachment
        simulator.run(until: Self.hostArrival)

        host = waitingHost.party(
            seed: random.next(), addresses: hostPlan.addresses, roundTrip: hostSide.link.up.delay * 2)
        hostHost = simulator.addHost(.host(host), [hostPlan])
        host.pipe = simulator.network.addPipe(
            between: hostHost, and: serverHost, delay: hostSide.link.up.delay)
        for port in HostParty.ports { simulator.network.listen(on: port, of: hostHost) }
        simulator.update(serverHost) { party, now in
            if case .server(let server) = party { server.standBy(at: now) }
        }
        simulator.run(until: Self.warmUp)

        var viewerConfiguration = configuration
        if mapsPorts, viewerSide.isTranslated { viewerConfiguration.gateway = Self.gatewayAddress }
        let viewerPeer = try ViewerPeer(
            waitingHost.credential, keys: identities.viewer, configuration: viewerConfiguration,
            sockets: viewerPlan.addresses.map { TransportAddress(ip: $0, port: Self.viewerPort) },
            random: random.fork(),
            at: Self.warmUp)
        viewer = ViewerParty(peer: viewerPeer, addresses: viewerPlan.addresses)
        viewerHost = simulator.addHost(.viewer(viewer), [viewerPlan])
        simulator.network.listen(on: Self.viewerPort, of: viewerHost)
        if opensSignaling {
            Self.openSignaling(of: viewerHost, roundTrip: viewerSide.link.up.delay * 2, in: &simulator)
        }
        Self.connect(
            viewerHost, from: Self.publicAddress(2), to: serverHost, delay: viewerSide.link.up.delay, in: &simulator)
        self.simulator = simulator
    }

    /// The host waits at the server before the viewer comes.
    package static let warmUp = Instant.zero + .seconds(2)
    /// When it comes into its network, registered already.
    static let hostArrival = Instant.zero + .seconds(1)

    /// Where the internet sees the side with this number.
    static func publicAddress(_ number: UInt32) -> IPAddress { .v4(0x1700_0000 | number) }

    /// What the viewer does beside the two round trips that it takes to be connected to the server.
    private static func openSignaling(
        of viewerHost: NetworkSimulator.HostIdentifier, roundTrip: Interval, in simulator: inout Simulator<Party>
    ) {
        simulator.update(viewerHost) { party, now in
            if case .viewer(let viewer) = party { viewer.locateServer(serverAddress, ServerParty.webPort, at: now) }
        }
        simulator.run(until: warmUp + roundTrip)
        simulator.update(viewerHost) { party, now in
            if case .viewer(let viewer) = party { viewer.reachServer(at: now) }
        }
        simulator.run(until: warmUp + roundTrip * 2)
    }

    /// Opens a peer's signaling pipe.
    ///
    /// - Parameter source: where the server sees it.
    static func connect(
        _ peer: NetworkSimulator.HostIdentifier, from source: IPAddress,
        to server: NetworkSimulator.HostIdentifier, delay: Interval, in simulator: inout Simulator<Party>
    ) {
        let pipe = simulator.network.addPipe(between: peer, and: server, delay: delay)
        simulator.update(server) { party, now in
            guard case .server(let server) = party else { return }
            server.connect(pipe, from: TransportAddress(ip: source, port: 1), at: now)
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

extension PopulationDraw {
    /// Whether a NAT stands before it, which may be asked for a port.
    fileprivate var isTranslated: Bool { side.gateways.contains { $0.translation != nil } }
}

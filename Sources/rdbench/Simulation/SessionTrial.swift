import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// One simulated session: a host and a viewer in networks of their own, a server on the internet.
package struct SessionTrial: ~Copyable {
    package static let serverAddress = IPAddress.v4(0xC633_6401)
    private static let screenWidth = 96
    private static let screenHeight = 64

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
    ///   - identities: the peers' long-lived keys, host first: they are made once for many trials.
    package init(
        seed: UInt64, host hostSide: PopulationDraw, viewer viewerSide: PopulationDraw,
        identities: (host: StaticKeyPair, viewer: StaticKeyPair),
        configuration: SessionConfiguration = SessionConfiguration()
    ) throws {
        var random = SeededRandom(seed: seed)
        simulator = Simulator<Party>(seed: random.next())
        server = ServerParty(address: Self.serverAddress, seed: random.next())
        serverHost = simulator.addHost(
            .server(server),
            [AttachmentPlan(addresses: [Self.serverAddress], link: AccessLink(delay: .milliseconds(2)))])
        let hostPlan = simulator.network.build(hostSide, number: 1).attachment
        let viewerPlan = simulator.network.build(viewerSide, number: 2).attachment

        let hostPeer = HostPeer(
            access: .authorizedKeys([identities.viewer.publicKey]), keys: identities.host,
            configuration: configuration, serverName: "simulated", screenWidth: Self.screenWidth,
            screenHeight: Self.screenHeight, random: random.fork(), at: .zero)
        host = HostParty(peer: hostPeer, addresses: hostPlan.addresses)
        host.paint(width: Self.screenWidth, height: Self.screenHeight)
        host.settle(at: .zero)
        hostHost = simulator.addHost(.host(host), [hostPlan])

        let viewerPeer = try ViewerPeer(
            .publicKey(identities.host.publicKey), keys: identities.viewer, configuration: configuration,
            sockets: viewerPlan.addresses.map { TransportAddress(ip: $0, port: 50_000) }, random: random.fork(),
            at: Self.warmUp)
        viewer = ViewerParty(peer: viewerPeer)

        connectHost(delay: hostSide.link.up.delay)
        simulator.run(until: Self.warmUp)
        viewerHost = simulator.addHost(.viewer(viewer), [viewerPlan])
        connectViewer(delay: viewerSide.link.up.delay)
    }

    /// The host waits at the server before the viewer comes.
    package static let warmUp = Instant.zero + .seconds(2)

    private mutating func connectHost(delay: Interval) {
        let pipe = simulator.network.addPipe(between: hostHost, and: serverHost, delay: delay)
        connect(pipe)
        simulator.update(hostHost) { party, now in if case .host(let host) = party { host.open(pipe, at: now) } }
    }

    private mutating func connectViewer(delay: Interval) {
        let pipe = simulator.network.addPipe(between: viewerHost, and: serverHost, delay: delay)
        connect(pipe)
        simulator.update(viewerHost) { party, now in if case .viewer(let viewer) = party { viewer.open(pipe, at: now) }
        }
    }

    private mutating func connect(_ pipe: PipeIdentifier) {
        simulator.update(serverHost) { party, now in
            guard case .server(let server) = party else { return }
            server.connect(pipe, from: TransportAddress(ip: .v4(0x0101_0101), port: 1), at: now)
        }
    }

    /// Runs for so long after the viewer's start, or until the viewer has the picture over a direct path.
    package mutating func run(for interval: Interval) {
        let viewer = viewer
        _ = simulator.run(until: Self.warmUp + interval) { _, _ in
            viewer.peer.session.figures.sharpFrame != nil && viewer.peer.session.figures.directPath != nil
        }
    }
}

import NetworkSimulator
import PeerSession
import ScreenCodec
import SecureChannel
import WireFormat

/// A simulated session that goes on for as long as its owner wants: the screen changes, hands type, the server dies and
/// comes back, either program is started again, and signaling connects again when the peers ask for it.
package final class LiveSession {
    package enum Access: Sendable {
        case code, pinnedKeys
        /// Pinned keys as well, and the viewer goes where the host listens: no server introduces them.
        case hostsAddress
    }

    package static let identities: (host: StaticKeyPair, viewer: StaticKeyPair) = {
        var random = SeededRandom(seed: 2_026)
        let (host, viewer) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        return (host.remembering([viewer.publicKey]), viewer.remembering([host.publicKey]))
    }()

    /// A second viewer that hosts with pinned keys let in.
    package static let otherViewer: StaticKeyPair = {
        var random = SeededRandom(seed: 2_027)
        return StaticKeyPair(random: &random)
    }()

    package static let slice = Interval.milliseconds(20)
    package static let serverAddress = SessionTrial.serverAddress
    package static let width = 96
    package static let height = 64

    package var simulator: Simulator<Party>
    package internal(set) var host: HostParty
    package internal(set) var viewer: ViewerParty
    package let serverHost: HostIdentifier
    package let hostHost: HostIdentifier
    package let viewerHost: HostIdentifier
    package let gateways: [GatewayIdentifier]

    package private(set) var picture: [UInt32]
    package private(set) var typed: [InputEvent] = []
    package private(set) var isServerUp = true
    /// Peers whose network is away: signaling cannot be reached from there either.
    package var offline: Set<HostIdentifier> = []
    let access: Access
    let configuration: SessionConfiguration
    var random: SeededRandom
    var hostEventsSeen = 0
    var viewerEventsSeen = 0
    private let delays: (host: Interval, viewer: Interval)

    package init(
        seed: UInt64, host hostSide: PopulationDraw, viewer viewerSide: PopulationDraw, access: Access = .pinnedKeys,
        configuration: SessionConfiguration = SessionConfiguration(), serverDelay: Interval = .milliseconds(2),
        prepare: (inout SimulatedNetwork, _ server: HostIdentifier) -> Void = { _, _ in }
    ) throws {
        var random = SeededRandom(seed: seed)
        var simulator = Simulator<Party>(seed: random.next())
        serverHost = simulator.addHost(
            .server(ServerParty(address: Self.serverAddress, seed: random.next())),
            [AttachmentPlan(addresses: [Self.serverAddress], link: AccessLink(delay: serverDelay))])
        simulator.network.listen(on: ServerParty.port, of: serverHost)
        simulator.network.listen(on: ServerParty.webPort, of: serverHost)
        prepare(&simulator.network, serverHost)
        let builtHost = simulator.network.build(hostSide, number: 1)
        let builtViewer = simulator.network.build(viewerSide, number: 2)
        gateways = builtHost.gateways + builtViewer.gateways
        delays = (hostSide.link.up.delay, viewerSide.link.up.delay)

        self.access = access
        self.configuration = configuration
        let peer = Self.makeHost(access, configuration, random: random.fork(), at: .zero)
        host = Self.makeHostParty(access, peer, builtHost.attachment.addresses, at: .zero)
        hostHost = simulator.addHost(.host(host), [builtHost.attachment])
        picture = [UInt32](repeating: 0xFF00_0000, count: Self.width * Self.height)
        if access != .hostsAddress {
            _ = Self.connect(hostHost, to: serverHost, delay: delays.host, in: &simulator)
        }
        simulator.run(until: .zero + .seconds(2))

        let viewerPeer = try Self.makeViewer(
            of: host, access, configuration, at: builtViewer.attachment.addresses, port: ViewerParty.port,
            random: random.fork(), at: simulator.now)
        viewer = ViewerParty(peer: viewerPeer, addresses: builtViewer.attachment.addresses)
        viewerHost = simulator.addHost(.viewer(viewer), [builtViewer.attachment])
        if access != .hostsAddress {
            _ = Self.connect(viewerHost, to: serverHost, delay: delays.viewer, in: &simulator)
        }
        self.simulator = simulator
        self.random = random
        hostEventsSeen = host.events.count
        viewerEventsSeen = viewer.events.count
        draw()
    }

    /// Lets another viewer come, from a machine of its own; its signaling stays as it is when it is lost.
    package func addViewer(keys: StaticKeyPair, _ side: PopulationDraw) throws -> ViewerParty {
        let built = simulator.network.build(side, number: 3)
        let peer = try ViewerPeer(
            .publicKey(Self.identities.host.publicKey), keys: keys,
            sockets: built.attachment.addresses.map { TransportAddress(ip: $0, port: 50_000) },
            random: random.fork(), at: simulator.now)
        let party = ViewerParty(peer: peer, addresses: built.attachment.addresses)
        let host = simulator.addHost(.viewer(party), [built.attachment])
        _ = Self.connect(host, to: serverHost, delay: side.link.up.delay, in: &simulator)
        return party
    }

    /// Opens a peer's signaling connection.
    static func connect(
        _ peer: HostIdentifier, to server: HostIdentifier, delay: Interval, in simulator: inout Simulator<Party>
    ) -> PipeIdentifier {
        switch simulator[peer] {
        case .host(let host): if let old = host.pipe { simulator.network.schedule(.pipeCut(old), at: simulator.now) }
        case .viewer(let viewer):
            if let old = viewer.pipe { simulator.network.schedule(.pipeCut(old), at: simulator.now) }
        case .server: break
        }
        let pipe = simulator.network.addPipe(between: peer, and: server, delay: delay)
        simulator.update(server) { party, now in
            guard case .server(let server) = party else { return }
            server.connect(pipe, from: TransportAddress(ip: .v4(0x0101_0101), port: 1), at: now)
        }
        simulator.update(peer) { party, now in
            switch party {
            case .host(let host): host.open(pipe, at: host.clock.local(now))
            case .viewer(let viewer): viewer.open(pipe, at: viewer.clock.local(now))
            case .server: break
            }
        }
        return pipe
    }

    /// Runs on; whoever asks for signaling meanwhile gets it, if there is a server.
    package func run(for interval: Interval) {
        let end = simulator.now + interval
        while simulator.now < end {
            simulator.run(until: min(end, simulator.now + Self.slice))
            reconnect()
        }
    }

    /// Runs on; who asks for signaling waits.
    package func runWithoutSignaling(until end: Instant) { simulator.run(until: max(end, simulator.now)) }

    /// Runs until `isDone` or for so long; returns how long it took, nil if it was not done.
    package func run(atMost interval: Interval, until isDone: (LiveSession) -> Bool) -> Interval? {
        let start = simulator.now
        while simulator.now < start + interval {
            if isDone(self) { return simulator.now - start }
            run(for: Self.slice)
        }
        return isDone(self) ? simulator.now - start : nil
    }

    private func reconnect() {
        let hostAsks = asks(host.events[hostEventsSeen...].map(\.event))
        hostEventsSeen = host.events.count
        if hostAsks { answer(hostHost, delays.host) }
        let viewerAsks = asks(viewer.events[viewerEventsSeen...].map(\.event))
        viewerEventsSeen = viewer.events.count
        if viewerAsks { answer(viewerHost, delays.viewer) }
    }

    private func asks(_ events: [PeerEvent]) -> Bool {
        events.contains { if case .connectSignaling = $0 { true } else { false } }
    }

    private func answer(_ peer: HostIdentifier, _ delay: Interval) {
        if isServerUp, !offline.contains(peer) {
            _ = Self.connect(peer, to: serverHost, delay: delay, in: &simulator)
        } else {
            simulator.update(peer) { party, now in
                switch party {
                case .host(let host):
                    host.tell(at: now) { [unowned host] in host.pipeChanged(isOpen: false, at: $0) }
                case .viewer(let viewer):
                    viewer.tell(at: now) { [unowned viewer] in viewer.pipeChanged(isOpen: false, at: $0) }
                case .server: break
                }
            }
        }
    }

    // MARK: What happens

    /// The viewer's machine dies.
    package func killViewer() { simulator.network.schedule(.hostRemoval(viewerHost), at: simulator.now) }

    /// The server's machine dies.
    package func killServer() {
        isServerUp = false
        simulator.network.schedule(.hostRemoval(serverHost), at: simulator.now)
    }

    /// Another server takes the address; it knows nothing of what was.
    package func replaceServer() {
        let fresh = ServerParty(address: Self.serverAddress, seed: random.next())
        simulator.update(serverHost) { party, _ in party = .server(fresh) }
        simulator.network.schedule(.hostReturn(serverHost), at: simulator.now)
        simulator.run(until: simulator.now + .milliseconds(1))
        isServerUp = true
    }

    /// Something changes on the host's screen, in an area with sides of at most so many pixels.
    package func draw(atMost side: Int = LiveSession.width) {
        let x = Int.random(in: 0..<Self.width, using: &random)
        let y = Int.random(in: 0..<Self.height, using: &random)
        let area = Rectangle(
            x: x, y: y, width: Int.random(in: 1...min(side, Self.width - x), using: &random),
            height: Int.random(in: 1...min(side, Self.height - y), using: &random))
        let base = UInt32(truncatingIfNeeded: random.next())
        let isNoise = random.next() % 4 == 0
        for row in area.y..<area.bottom {
            for column in area.x..<area.right {
                let noise = UInt32(truncatingIfNeeded: random.next())
                picture[row * Self.width + column] = 0xFF00_0000 | (isNoise ? noise : base ^ (noise & 1)) & 0xFF_FFFF
            }
        }
        show(area)
    }

    /// Puts a picture on the host's screen.
    package func show(_ picture: [UInt32]) {
        self.picture = picture
        show(Rectangle(x: 0, y: 0, width: Self.width, height: Self.height))
    }

    private func show(_ area: Rectangle) {
        let picture = picture
        simulator.update(hostHost) { party, now in
            guard case .host(let host) = party else { return }
            host.act(at: host.clock.local(now)) { peer in
                peer.updateScreen { $0.update(pixels: picture.span, stride: Self.width, damage: area) }
            }
        }
    }

    /// The viewer types; what the session cannot take is not counted.
    package func type(_ event: InputEvent) {
        let isSent = actAsViewer { peer, _ in peer.send(event) }
        if isSent { typed.append(event) }
    }

    @discardableResult
    package func actAsViewer<Result>(_ body: (inout ViewerPeer, Instant) -> Result) -> Result {
        let viewer = viewer
        return simulator.update(viewerHost) { _, now in
            let now = viewer.clock.local(now)
            return viewer.act(at: now) { body(&$0, now) }
        }
    }

    @discardableResult
    package func actAsHost<Result>(_ body: (inout HostPeer, Instant) -> Result) -> Result {
        let host = host
        return simulator.update(hostHost) { _, now in
            let now = host.clock.local(now)
            return host.act(at: now) { body(&$0, now) }
        }
    }
}

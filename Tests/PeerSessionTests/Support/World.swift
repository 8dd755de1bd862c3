import FileTransfer
import ICE
import PeerSession
import Rendezvous
import SecureChannel
import SimulatedDisk
import WireFormat

/// A host, viewers and a signaling server in a network that loses nothing: everything takes ten milliseconds, unless a
/// `link` says otherwise.
///
/// There is no NAT and no relay: what is tested here is what peers say to each other.
final class World {
    static let delay = Interval.milliseconds(10)
    static let width = 64
    static let height = 48

    private enum Cargo {
        case datagram([UInt8], Path)
        case toServer([UInt8], Rendezvous.ConnectionIdentifier)
        case fromServer([UInt8], Rendezvous.ConnectionIdentifier)
    }

    /// Whom a signaling connection belongs to.
    private enum Owner {
        case host
        case viewer(Int)
        case knocker(Int)
    }

    private(set) var now = Instant.zero
    var host: HostPeer
    private(set) var hostEvents: [PeerEvent] = []
    private(set) var viewers: [ViewerPeer] = []
    private(set) var viewerEvents: [[PeerEvent]] = []
    /// Clients of the signaling server that send what they like.
    private(set) var knockers: [RendezvousClient] = []
    private(set) var knockerEvents: [[RendezvousClient.Event]] = []
    /// Whether the programs around the peers tidy up after a session, as real ones do.
    var concludes = true

    /// What the server's policy asks of every session; nil: it has none.
    var terms: SessionTerms?
    /// Whether that policy asks viewers who they are, and what they have said.
    var asksViewers = false
    private(set) var toldKeys: [PublicKey?] = []
    /// Servers that it names to hosts that wait, and to both sides of a session.
    var standbyServers: [TraversalServer] = []
    var sessionServers: [TraversalServer] = []
    private(set) var standbyCount = 0
    /// What the server calls the sessions that it has introduced.
    private(set) var sessions: [SessionIdentifier] = []
    /// Viewers that the host has heard of.
    private(set) var introductions = 0

    /// What the datagrams of sessions meet.
    var link = WorldLink()
    let hostDisk = MemoryDisk()
    let viewerDisk = MemoryDisk()
    /// What was copied, by the names that it travels under, and what came of the other side's.
    let hostPastes = MemoryDisk()
    let viewerPastes = MemoryDisk()
    private lazy var hostPasteStore = FileStore(MemorySystem(hostPastes), tokenKey: [1])
    private lazy var viewerPasteStore = FileStore(MemorySystem(viewerPastes), tokenKey: [2])
    private lazy var hostStore = FileStore(MemorySystem(hostDisk), tokenKey: [1])
    private lazy var viewerStore = FileStore(MemorySystem(viewerDisk), tokenKey: [2])

    private var server: RendezvousServer
    private var connections: [Owner] = []
    private var queue: [(at: Instant, cargo: Cargo)] = []
    private var hostPort: UInt16 = 40_000
    private var random: SeededRandom
    private var viewerProofs: [(session: SessionIdentifier, verifier: HostIdentityVerifier)] = []
    private var proofs: [(connection: Rendezvous.ConnectionIdentifier, verifier: HostIdentityVerifier)] = []

    static let hostIP = IPAddress.v4(0x0A00_0001)
    /// Where a host listens for viewers that no server introduces.
    static let entrance = TransportAddress(ip: hostIP, port: 8_471)

    /// All datagrams that were sent, with the paths that they took, as the sender names them.
    private(set) var datagrams: [(bytes: [UInt8], path: Path)] = []
    /// Addresses that nothing comes from or goes to.
    var silenced: Set<IPAddress> = []
    /// Viewers whose machines sleep: what arrives waits in their sockets.
    private var asleep: Set<Int> = []
    private var unread: [(viewer: Int, deliver: (World) -> Void)] = []
    /// What is said to the server is lost.
    var isSignalingSilenced = false
    /// What a NAT makes of viewers' addresses.
    var translations: [TransportAddress: TransportAddress] = [:]

    /// - Parameters:
    ///   - hasServer: whether a server introduces viewers.
    ///   - listens: whether the host takes them at an address of its own.
    ///   - roomLifetime: how long the server keeps a room, if not as long as it does by itself.
    init(
        _ access: HostAccess, keys: StaticKeyPair, configuration: SessionConfiguration = SessionConfiguration(),
        hasServer: Bool = true, listens: Bool = false, roomLifetime: Interval? = nil, seed: UInt64 = 1
    ) {
        random = SeededRandom(seed: seed)
        var rules = RendezvousServer.Configuration()
        if let roomLifetime { rules.roomLifetime = roomLifetime }
        server = RendezvousServer(configuration: rules, random: random.fork())
        host = HostPeer(
            access: access, keys: keys, configuration: configuration, serverName: hasServer ? "world" : nil,
            screenWidth: Self.width, screenHeight: Self.height, random: random.fork(), at: .zero)
        if listens { host.listen(at: Self.entrance, at: .zero) }
        settle()
    }

    /// Lets a viewer come; returns its number.
    @discardableResult
    func addViewer(
        _ credential: HostCredential, keys: StaticKeyPair,
        configuration: SessionConfiguration = SessionConfiguration(), identifyingServer: String? = nil
    ) throws -> Int {
        let number = viewers.count
        viewers.append(
            try ViewerPeer(
                credential, keys: keys, configuration: configuration, sockets: [Self.address(of: number)],
                identifyingServer: identifyingServer, random: random.fork(), at: now))
        viewerEvents.append([])
        settle()
        return number
    }

    /// Lets a viewer come to the host's own address; returns its number.
    @discardableResult
    func addViewer(at place: TransportAddress, knowing key: PublicKey, keys: StaticKeyPair) throws -> Int {
        let number = viewers.count
        viewers.append(
            try ViewerPeer(
                at: place, key: key, keys: keys, sockets: [Self.address(of: number)], random: random.fork(), at: now))
        viewerEvents.append([])
        settle()
        return number
    }

    /// A viewer's address: the first, or one that it moves to.
    static func address(of number: Int, move: Int = 0) -> TransportAddress {
        TransportAddress(ip: .v4(0x0A00_0100 + UInt32(move << 8 + number)), port: 50_000)
    }

    /// Gives the host a datagram from anywhere.
    func inject(_ bytes: [UInt8], over path: Path) {
        host.receive(bytes.span, on: path, at: now)
        settle()
    }

    /// Lets someone join a room with bytes of his own.
    @discardableResult
    func knock(at venue: Venue, offer: [UInt8]) -> Int {
        knockers.append(RendezvousClient(purpose: .join(venue, offer: offer), random: random.fork(), now: now))
        knockerEvents.append([])
        settle()
        return knockers.count - 1
    }

    /// Acts on a viewer, or on the host, at the present time.
    func actAsViewer(_ number: Int, _ body: (inout ViewerPeer, Instant) -> Void) {
        body(&viewers[number], now)
        settle()
    }

    func actAsHost(_ body: (inout HostPeer, Instant) -> Void) {
        body(&host, now)
        settle()
    }

    func sleep(_ viewer: Int) { asleep.insert(viewer) }

    func wake(_ viewer: Int) {
        asleep.remove(viewer)
        for cargo in unread where cargo.viewer == viewer { cargo.deliver(self) }
        unread.removeAll { $0.viewer == viewer }
        settle()
    }

    func run(for interval: Interval) {
        let limit = now + interval
        while let next = nextInstant, next <= limit {
            now = max(now, next)
            deliver()
            advance()
            settle()
        }
        now = limit
    }

    private var nextInstant: Instant? {
        var times = [host.nextDeadline, server.nextDeadline, queue.map(\.at).min()]
        for index in viewers.indices where !asleep.contains(index) { times.append(viewers[index].nextDeadline) }
        for index in knockers.indices { times.append(knockers[index].nextDeadline) }
        return times.compactMap { $0 }.min()
    }

    private func advance() {
        if let deadline = host.nextDeadline, deadline <= now { host.advance(to: now) }
        if let deadline = server.nextDeadline, deadline <= now { server.advance(to: now) }
        for index in viewers.indices where !asleep.contains(index) {
            if let deadline = viewers[index].nextDeadline, deadline <= now { viewers[index].advance(to: now) }
        }
        for index in knockers.indices {
            if let deadline = knockers[index].nextDeadline, deadline <= now { knockers[index].advance(to: now) }
        }
    }

    private func deliver() {
        let due = queue.filter { $0.at <= now }
        queue.removeAll { $0.at <= now }
        for (_, cargo) in due {
            switch cargo {
            case .datagram(let bytes, let path): receive(bytes, path)
            case .toServer(let bytes, let connection): try? server.receive(bytes.span, from: connection, at: now)
            case .fromServer(let bytes, let connection): receiveMessage(bytes, connection)
            }
        }
    }

    private func receive(_ bytes: [UInt8], _ path: Path) {
        if silenced.contains(path.local.ip) || silenced.contains(path.remote.ip) { return }
        if path.local.ip == Self.hostIP {
            let seen = Path(local: path.local, remote: translations[path.remote] ?? path.remote)
            return host.receive(bytes.span, on: seen, at: now)
        }
        let inside = translations.first { $0.value == path.local }?.key ?? path.local
        guard case .v4(let bits) = inside.ip, bits >= 0x0A00_0100 else { return }
        let number = Int(bits - 0x0A00_0100) & 0xFF
        guard viewers.indices.contains(number) else { return }
        let seen = Path(local: inside, remote: path.remote)
        deliver(to: number) { $0.viewers[number].receive(bytes.span, on: seen, at: $0.now) }
    }

    private func deliver(to viewer: Int, _ deliver: @escaping (World) -> Void) {
        if asleep.contains(viewer) { unread.append((viewer, deliver)) } else { deliver(self) }
    }

    private func receiveMessage(_ bytes: [UInt8], _ connection: Rendezvous.ConnectionIdentifier) {
        switch connections[Int(connection.value)] {
        case .host: host.receiveMessage(bytes.span, at: now)
        case .viewer(let index): deliver(to: index) { $0.viewers[index].receiveMessage(bytes.span, at: $0.now) }
        case .knocker(let index): try? knockers[index].receive(bytes.span, at: now)
        }
    }
}

/// What a driver does after each call.
extension World {
    private func settle() {
        var isBusy = true
        while isBusy {
            isBusy = drainHost()
            for index in viewers.indices where !asleep.contains(index) && drainViewer(index) { isBusy = true }
            for index in knockers.indices where drainKnocker(index) { isBusy = true }
            if drainServer() { isBusy = true }
        }
    }

    private func drainHost() -> Bool {
        var isBusy = false
        while let event = host.pollEvent() {
            isBusy = true
            hostEvents.append(event)
            switch event {
            case .connectSignaling: connect(.host)
            case .socketsWanted:
                hostPort += 1
                host.addSockets([TransportAddress(ip: Self.hostIP, port: hostPort)])
            case .session(.ended): if concludes { host.conclude(nil, at: now) }
            case .session(.file(.disk(let request))):
                hostEvents.removeLast()
                if let result = hostStore.perform(request) { host.diskFinished(result, at: now) }
            case .session(.paste(.disk(let request))):
                hostEvents.removeLast()
                if let result = hostPasteStore.perform(request) { host.pasteDiskFinished(result, at: now) }
            default: break
            }
        }
        collect(owner: .host) { host.pollMessage(into: &$0, at: now) }
        collectDatagrams { host.pollTransmit(into: &$0, at: now) }
        return isBusy
    }

    private func drainViewer(_ index: Int) -> Bool {
        var isBusy = false
        while let event = viewers[index].pollEvent() {
            isBusy = true
            viewerEvents[index].append(event)
            switch event {
            case .connectSignaling: connect(.viewer(index))
            case .session(.ended): if concludes { viewers[index].conclude(nil, at: now) }
            case .session(.file(.disk(let request))):
                viewerEvents[index].removeLast()
                if let result = viewerStore.perform(request) { viewers[index].diskFinished(result, at: now) }
            case .session(.paste(.disk(let request))):
                viewerEvents[index].removeLast()
                if let result = viewerPasteStore.perform(request) { viewers[index].pasteDiskFinished(result, at: now) }
            default: break
            }
        }
        collect(owner: .viewer(index)) { viewers[index].pollMessage(into: &$0, at: now) }
        collectDatagrams { viewers[index].pollTransmit(into: &$0, at: now) }
        return isBusy
    }

    private func drainKnocker(_ index: Int) -> Bool {
        var isBusy = false
        while let event = knockers[index].pollEvent() {
            isBusy = true
            knockerEvents[index].append(event)
            if case .connect = event { connect(.knocker(index)) }
        }
        collect(owner: .knocker(index)) { knockers[index].pollTransmit(into: &$0, at: now) }
        return isBusy
    }

    private func drainServer() -> Bool {
        var isBusy = false
        while let event = server.pollEvent() {
            isBusy = true
            switch event {
            case .serversNeeded(let session, let introduction): introduce(session, introduction)
            case .verifyViewer(let session, let key, _, let proof): verifyViewer(session, key, proof)
            case .standbyNeeded(let connection, _, _):
                standbyCount += 1
                server.standBy(connection, servers: standbyServers, at: now)
            case .introduced: introductions += 1
            case .challengeNeeded(let connection, _):
                let verifier = HostIdentityVerifier(random: &random)
                proofs.append((connection, verifier))
                server.challenge(connection, verifier.challenge.bytes, at: now)
            case .verify(let connection, let host, _, let proof): verify(connection, host, proof)
            default: break
            }
        }
        while let (connection, bytes) = server.pollTransmit() {
            queue.append((now + Self.delay, .fromServer(bytes, connection)))
        }
        return isBusy
    }

    private func introduce(_ session: SessionIdentifier, _ introduction: Rendezvous.Introduction) {
        if sessions.last != session { sessions.append(session) }
        if asksViewers, introduction.identity == .unasked {
            let verifier = HostIdentityVerifier(random: &random)
            viewerProofs.append((session, verifier))
            return server.identifyViewer(session, challenge: verifier.challenge.bytes, at: now)
        }
        if introduction.identity == .untold { toldKeys.append(nil) }
        server.provide(
            session, host: sessionServers, viewer: sessionServers, permit: terms.map { Permit(terms: $0) }, at: now)
    }

    private func verifyViewer(_ session: SessionIdentifier, _ key: HostIdentifier, _ proof: [UInt8]) {
        guard let index = viewerProofs.firstIndex(where: { $0.session == session }),
            let key = PublicKey(bytes: key.bytes)
        else { return server.resolveViewer(session, isValid: false, at: now) }
        let isValid = viewerProofs.remove(at: index).verifier.accepts(
            proof.span, from: key, server: "world", as: .viewer)
        if isValid { toldKeys.append(key) }
        server.resolveViewer(session, isValid: isValid, at: now)
    }

    private func verify(_ connection: Rendezvous.ConnectionIdentifier, _ host: HostIdentifier, _ proof: [UInt8]) {
        guard let index = proofs.firstIndex(where: { $0.connection == connection }),
            let key = PublicKey(bytes: host.bytes)
        else { return server.resolve(connection, isValid: false, at: now) }
        let isValid = proofs.remove(at: index).verifier.accepts(proof.span, from: key, server: "world")
        server.resolve(connection, isValid: isValid, at: now)
    }

    private func connect(_ owner: Owner) {
        let identifier = Rendezvous.ConnectionIdentifier(UInt64(connections.count))
        let source = TransportAddress(ip: .v4(0x0B00_0000 + UInt32(connections.count)), port: 1_024)
        connections.append(owner)
        try? server.connected(identifier, from: source, at: now)
        switch owner {
        case .host: host.signalingOpened(serverAddress: nil, at: now)
        case .viewer(let index): viewers[index].signalingOpened(serverAddress: nil, at: now)
        case .knocker(let index): knockers[index].transportOpened(at: now)
        }
    }

    /// The newest connection of an owner is the one that is open.
    private func connection(of owner: Owner) -> Rendezvous.ConnectionIdentifier? {
        let index = connections.lastIndex { candidate in
            switch (candidate, owner) {
            case (.host, .host): true
            case (.viewer(let one), .viewer(let other)), (.knocker(let one), .knocker(let other)): one == other
            default: false
            }
        }
        return index.map { Rendezvous.ConnectionIdentifier(UInt64($0)) }
    }

    private func collect(owner: Owner, _ poll: (inout OutputSpan<UInt8>) -> Bool) {
        guard let connection = connection(of: owner) else { return }
        var isMore = true
        while isMore {
            let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { isMore = poll(&$0) }
            if isMore, !isSignalingSilenced { queue.append((now + Self.delay, .toServer(bytes, connection))) }
        }
    }

    private func collectDatagrams(_ poll: (inout OutputSpan<UInt8>) -> Path?) {
        var path: Path?
        repeat {
            let bytes = [UInt8](capacity: 1_500) { path = poll(&$0) }
            guard let path else { break }
            datagrams.append((bytes, path))
            let reversed = Path(transport: path.transport, local: path.remote, remote: path.local)
            let isToHost = path.remote.ip == Self.hostIP
            guard let delay = link.delay(of: bytes.count, isToHost: isToHost, at: now, random: &random) else {
                continue
            }
            queue.append((now + Self.delay + delay, .datagram(bytes, reversed)))
        } while path != nil
    }
}

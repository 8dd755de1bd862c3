import Rendezvous
import WireFormat

/// A server and clients on pipes in virtual time: every message arrives at once, in order.
struct SignalingWorld {
    var server: RendezvousServer
    var clients: [RendezvousClient] = []
    var connections: [ConnectionIdentifier?] = []
    var clientEvents: [[RendezvousClient.Event]] = []
    var serverEvents: [RendezvousServer.Event] = []
    var now = Instant.zero
    var isServerUp = true
    /// Clients whose network is out.
    var offline: Set<Int> = []
    /// The next host to be told that its room is open does not hear it: its connection breaks before.
    var losesNextRoom = false
    /// Whom the server lets meet whom; nil lets everybody.
    var policy: AccessPolicy?
    /// The keys that clients tell, by their number; who is not here tells nothing.
    var keys: [Int: HostIdentifier] = [:]
    /// Clients that have another one's key and not its secret.
    var liars: Set<Int> = []
    /// FNV-1a over all that crossed the pipes.
    var trace: UInt64 = 0xCBF2_9CE4_8422_2325
    var wire: [[UInt8]] = []
    private let configuration: RendezvousServer.Configuration
    private var random: SeededRandom
    private var nextConnection: UInt64 = 1

    /// What the tickets of the two sides end with.
    static let hostMark: UInt8 = 1
    static let viewerMark: UInt8 = 2

    static let servers = [
        TraversalServer(kind: .stun, host: "", port: 3478),
        TraversalServer(
            kind: .turn, host: "relay.example", port: 3478, username: "1700000000:peer", password: "secret",
            lifetimeSeconds: 3600),
    ]

    init(seed: UInt64, configuration: RendezvousServer.Configuration = RendezvousServer.Configuration()) {
        self.configuration = configuration
        random = SeededRandom(seed: seed)
        server = RendezvousServer(configuration: configuration, random: random.fork())
    }

    mutating func add(_ purpose: RendezvousClient.Purpose) -> Int {
        clients.append(RendezvousClient(purpose: purpose, random: random.fork(), now: now))
        connections.append(nil)
        clientEvents.append([])
        return clients.count - 1
    }

    /// Delivers all there is, without letting time pass.
    mutating func settle() {
        var isBusy = true
        while isBusy {
            isBusy = drainServer()
            for index in clients.indices where drainClient(index) { isBusy = true }
        }
    }

    /// Lets time pass, timer by timer.
    mutating func run(for interval: Interval) {
        let end = now + interval
        settle()
        while let next = ([server.nextDeadline] + clients.map(\.nextDeadline)).compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            server.advance(to: now)
            for index in clients.indices { clients[index].advance(to: now) }
            settle()
        }
        now = end
    }

    mutating func stopServer() {
        isServerUp = false
        for index in clients.indices where connections[index] != nil {
            connections[index] = nil
            clients[index].transportClosed(at: now)
        }
        settle()
    }

    mutating func startServer() {
        isServerUp = true
        server = RendezvousServer(configuration: configuration, random: random.fork())
    }

    /// Breaks one client's connection; the server may be left to find out by itself.
    mutating func breakConnection(of client: Int, serverNotices: Bool = true) {
        guard let connection = connections[client] else { return }
        connections[client] = nil
        if serverNotices { server.disconnected(connection, at: now) }
        clients[client].transportClosed(at: now)
    }

    mutating func takeEvents(of client: Int) -> [RendezvousClient.Event] {
        defer { clientEvents[client] = [] }
        return clientEvents[client]
    }

    /// A raw connection that no client machine speaks on.
    mutating func connectRaw(from text: String) throws(SignalingFailure) -> ConnectionIdentifier {
        defer { nextConnection += 1 }
        let connection = ConnectionIdentifier(nextConnection)
        try server.connected(connection, from: TransportAddress(text)!, at: now)
        return connection
    }

    private mutating func record(_ bytes: [UInt8]) {
        for byte in bytes { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01B3 }
        wire.append(bytes)
    }

    private mutating func drainServer() -> Bool {
        var isBusy = false
        while let (connection, bytes) = server.pollTransmit() {
            isBusy = true
            record(bytes)
            guard let index = connections.firstIndex(of: connection) else { continue }
            if losesNextRoom, case .hosting? = try? SignalingMessage(bytes.span) {
                losesNextRoom = false
                breakConnection(of: index)
                continue
            }
            try? clients[index].receive(bytes.span, at: now)
        }
        while let event = server.pollEvent() {
            isBusy = true
            serverEvents.append(event)
            handle(event)
        }
        return isBusy
    }

    private mutating func handle(_ event: RendezvousServer.Event) {
        switch event {
        case .challengeNeeded(let connection, let host):
            server.challenge(connection, [1, 2, 3] + host.bytes, at: now)
        case .verify(let connection, _, let challenge, let proof):
            server.resolve(connection, isValid: proof == challenge.reversed(), at: now)
        case .serversNeeded(let session, let introduction): decide(session, introduction)
        case .verifyViewer(let session, _, let challenge, let proof):
            server.resolveViewer(session, isValid: proof == challenge.reversed(), at: now)
        case .close(let connection, _):
            server.disconnected(connection, at: now)
            if let index = connections.firstIndex(of: connection) {
                connections[index] = nil
                clients[index].transportClosed(at: now)
            }
        default: break
        }
    }

    /// What a viewer offers once it knows which way it may go.
    static func offer(under terms: SessionTerms) -> [UInt8] { [0xA9] + terms.encoded }

    private mutating func decide(_ session: SessionIdentifier, _ introduction: Introduction) {
        guard let policy else { return server.provide(session, host: Self.servers, viewer: Self.servers, at: now) }
        guard let venue = introduction.venue else {
            let shown = Set(introduction.tickets.compactMap(\.last))
            guard introduction.tickets.count == 2, shown == [Self.hostMark, Self.viewerMark] else {
                return server.refuse(session, .forbidden, at: now)
            }
            return server.provide(session, host: Self.servers, viewer: Self.servers, at: now)
        }
        switch policy.verdict(on: venue, for: introduction.identity) {
        case .viewerWanted: server.identifyViewer(session, challenge: [5, 6, 7], at: now)
        case .forbidden: server.refuse(session, .forbidden, at: now)
        case .allowed(let terms, _):
            let permit = Permit(
                terms: terms, ticket: session.bytes + [Self.hostMark], viewerTicket: session.bytes + [Self.viewerMark])
            server.provide(session, host: Self.servers, viewer: Self.servers, permit: permit, at: now)
        }
    }

    private mutating func drainClient(_ index: Int) -> Bool {
        var isBusy = false
        while true {
            guard let bytes = clients[index].takeMessage(at: now) else { break }
            isBusy = true
            record(bytes)
            if let connection = connections[index] { try? server.receive(bytes.span, from: connection, at: now) }
        }
        while let event = clients[index].pollEvent() {
            isBusy = true
            clientEvents[index].append(event)
            handle(event, of: index)
        }
        return isBusy
    }

    private mutating func handle(_ event: RendezvousClient.Event, of index: Int) {
        switch event {
        case .connect:
            let connection = ConnectionIdentifier(nextConnection)
            nextConnection += 1
            let source = TransportAddress(ip: .v4(0xC000_0200 + UInt32(index)), port: 50_000)
            guard isServerUp, !offline.contains(index),
                (try? server.connected(connection, from: source, at: now)) != nil
            else { return clients[index].transportClosed(at: now) }
            connections[index] = connection
            clients[index].transportOpened(at: now)
        case .disconnect:
            if let connection = connections[index] { server.disconnected(connection, at: now) }
            connections[index] = nil
        case .challenge(let bytes): try? clients[index].prove(bytes.reversed())
        case .identityWanted(let challenge):
            let proof: [UInt8] = liars.contains(index) ? [0] : challenge.reversed()
            try? clients[index].identify(keys[index], proof: proof)
        case .termsOffered(let terms): try? clients[index].agree(offer: Self.offer(under: terms))
        default: break
        }
    }
}

extension RendezvousClient.Event {
    var session: SessionIdentifier? {
        switch self {
        case .incoming(let session, _, _, _), .joined(let session, _, _): session
        default: nil
        }
    }

    var room: RoomNumber? {
        if case .hosting(.room(let number)) = self { number } else { nil }
    }
}

extension SignalingWorld {
    /// A host in a room and a viewer that has its answer, both with the same meeting place if one is given.
    mutating func introduce(meeting: MeetingIdentifier? = nil) throws -> (
        host: Int, viewer: Int, session: SessionIdentifier
    ) {
        let host = add(.hostRoom(nil))
        settle()
        guard let room = takeEvents(of: host).compactMap(\.room).first else { throw SignalingFailure.unknown }
        let viewer = add(.join(.room(room), offer: [1, 2, 3]))
        settle()
        guard let session = takeEvents(of: host).compactMap(\.session).first else { throw SignalingFailure.unknown }
        try clients[host].answer(session, [4, 5, 6])
        if let meeting { try clients[host].setMeeting(meeting, for: session, at: now) }
        settle()
        if let meeting { try clients[viewer].setMeeting(meeting, for: session, at: now) }
        settle()
        return (host, viewer, session)
    }
}

extension RendezvousClient {
    /// The next message that it sends; nil if there is none.
    mutating func takeMessage(at now: Instant) -> [UInt8]? {
        var isSent = false
        let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { isSent = pollTransmit(into: &$0, at: now) }
        return isSent ? bytes : nil
    }
}

import STUN
import TURN
import Testing
import WireFormat

/// Clients, one server and the peers behind it, in virtual time, over links that delay and lose.
struct World {
    struct Delivery {
        let at: Instant
        let path: Path
        let bytes: [UInt8]
    }

    struct Inbound: Equatable {
        let peer: TransportAddress
        let bytes: [UInt8]
    }

    static let secret = [UInt8]("a secret of the operator".utf8)
    static let serverAddress = address("203.0.113.1:3478")
    static let unixStart: Int64 = 1_800_000_000

    var now = Instant.zero
    var server: Server
    var clients: [Client] = []
    var loss = 0.0
    var delay = Interval.milliseconds(10)
    var random: SeededRandom
    var inFlight: [Delivery] = []

    /// What the clients saw, by client.
    var clientEvents: [[Client.Event]] = []
    var clientInbox: [[Inbound]] = []
    /// What peers got, with the relayed address that it came from.
    var peerInbox: [(from: TransportAddress, to: TransportAddress, bytes: [UInt8])] = []
    var serverEvents: [Server.Event] = []
    var serverFailures: [Server.Failure] = []
    var clientFailures: [Client.Failure] = []
    var openRelays: Set<TransportAddress> = []
    var refusesRelays = false
    /// Of another program on the server's machine.
    var refusedPorts: Set<UInt16> = []
    /// Only sockets of this family cannot be bound.
    var refusesIPv6Relays = false
    var isServerDown = false
    /// The bytes of streams on their way into frames, by client: towards the server and back.
    var upstream: [FrameBuffer] = []
    var downstream: [FrameBuffer] = []
    /// A hash over everything that was sent.
    var trace: UInt64 = 0xCBF2_9CE4_8422_2325

    init(
        seed: UInt64 = 1, secret: [UInt8] = World.secret, configure: (inout Server.Configuration) -> Void = { _ in }
    ) {
        random = SeededRandom(seed: seed)
        var configuration = Server.Configuration(
            secret: secret, unixSecondsAtZero: Self.unixStart,
            relays: [
                Server.RelayAddress(bound: ip("203.0.113.1")), Server.RelayAddress(bound: ip("2001:db8::1")),
            ])
        configure(&configuration)
        server = Server(configuration: configuration, random: random.fork())
    }

    static func credentials(user: String = "session", ttlSeconds: Int64 = 86_400) -> (String, String) {
        let username = "\(unixStart + ttlSeconds):\(user)"
        return (username, SharedSecret(secret).password(for: username))
    }

    /// Adds a client and starts it.
    @discardableResult
    mutating func addClient(
        _ local: String = "198.51.100.7:40000", transport: TransportProtocol = .udp, user: String = "session",
        ttlSeconds: Int64 = 86_400, configure: (inout Client.Configuration) -> Void = { _ in }
    ) -> Int {
        let (username, password) = Self.credentials(user: user, ttlSeconds: ttlSeconds)
        var configuration = Client.Configuration(
            server: Self.serverAddress, transport: transport, username: username, password: password)
        configure(&configuration)
        var client = Client(configuration: configuration, local: address(local), random: random.fork(), now: now)
        client.start(at: now)
        clients.append(client)
        clientEvents.append([])
        clientInbox.append([])
        upstream.append(FrameBuffer())
        downstream.append(FrameBuffer())
        return clients.count - 1
    }

    /// Adds a client and waits for its allocation.
    mutating func allocate(
        _ local: String = "198.51.100.7:40000", transport: TransportProtocol = .udp, user: String = "session"
    ) throws -> (client: Int, relayed: TransportAddress) {
        let index = addClient(local, transport: transport, user: user)
        run(for: .seconds(1))
        return (index, try #require(clients[index].relayedAddress))
    }

    mutating func run(for interval: Interval) {
        let end = now + interval
        var steps = 0
        flush()
        while let next = nextInstant, next <= end {
            steps += 1
            guard steps < 200_000 else {
                Issue.record("the world does not come to rest")
                return
            }
            now = max(now, next)
            step()
            flush()
        }
        now = end
    }

    private var nextInstant: Instant? {
        var instants = inFlight.map(\.at) + clients.compactMap(\.nextDeadline)
        if let deadline = server.nextDeadline { instants.append(deadline) }
        return instants.min()
    }

    private mutating func step() {
        for index in clients.indices { clients[index].advance(to: now) }
        server.advance(to: now)
        guard let due = inFlight.indices.min(by: { inFlight[$0].at < inFlight[$1].at }), inFlight[due].at <= now
        else { return }
        deliver(inFlight.remove(at: due))
    }

    /// A datagram arrives; its path is the receiver's.
    private mutating func deliver(_ delivery: Delivery) {
        if isServerPath(delivery.path) {
            if delivery.path.transport == .udp {
                serverReceives(delivery.bytes, on: delivery.path)
            } else if let index = clients.firstIndex(where: { $0.local == delivery.path.remote }) {
                streamToServer(delivery.bytes, client: index, on: delivery.path)
            }
        } else if let index = clients.firstIndex(where: { $0.local == delivery.path.local }) {
            if delivery.path.transport == .udp {
                clientReceives(delivery.bytes, client: index, on: delivery.path)
            } else {
                streamToClient(delivery.bytes, client: index, on: delivery.path)
            }
        } else {
            peerInbox.append((delivery.path.remote, delivery.path.local, delivery.bytes))
        }
    }

    private func isServerPath(_ path: Path) -> Bool {
        path.local == Self.serverAddress || openRelays.contains(path.local)
    }

    private mutating func streamToServer(_ bytes: [UInt8], client index: Int, on path: Path) {
        upstream[index].append(bytes)
        while let frame = nextFrame(&upstream[index]) { serverReceives(frame, on: path) }
    }

    private mutating func streamToClient(_ bytes: [UInt8], client index: Int, on path: Path) {
        downstream[index].append(bytes)
        while let frame = nextFrame(&downstream[index]) { clientReceives(frame, client: index, on: path) }
    }

    private func nextFrame(_ buffer: inout FrameBuffer) -> [UInt8]? {
        do {
            return try buffer.next()
        } catch {
            Issue.record("the stream cannot be followed: \(error)")
            return nil
        }
    }

    mutating func serverReceives(_ bytes: [UInt8], on path: Path) {
        if isServerDown { return }
        do throws(Server.Failure) {
            guard case .forward(let forward) = try server.receive(bytes.span, on: path, at: now) else { return }
            let packet = [UInt8](capacity: 2_048) { output in
                if !forward.write(bytes.span, into: &output) { Issue.record("no room") }
            }
            transmit(packet, on: forward.path)
        } catch {
            serverFailures.append(error)
        }
    }

    private mutating func clientReceives(_ bytes: [UInt8], client index: Int, on path: Path) {
        do throws(Client.Failure) {
            guard case .payload(let range, let peer) = try clients[index].receive(bytes.span, on: path, at: now)
            else { return }
            clientInbox[index].append(Inbound(peer: peer, bytes: [UInt8](bytes[range])))
        } catch {
            clientFailures.append(error)
        }
    }

    /// Everything that the machines want to send and tell.
    mutating func flush() {
        for index in clients.indices {
            while let (bytes, path) = poll({ clients[index].pollTransmit(into: &$0, at: now) }) {
                transmit(bytes, on: path)
            }
            while let event = clients[index].pollEvent() { clientEvents[index].append(event) }
        }
        while let event = server.pollEvent() { handle(event) }
        while let (bytes, path) = poll({ server.pollTransmit(into: &$0, at: now) }) { transmit(bytes, on: path) }
        while let event = server.pollEvent() { handle(event) }
    }

    private mutating func handle(_ event: Server.Event) {
        serverEvents.append(event)
        switch event {
        case .openRelay(let identifier, let address):
            if refuses(address) {
                server.relayFailed(identifier, at: now)
            } else {
                openRelays.insert(address)
                server.relayOpened(identifier, at: now)
            }
        case .closeRelay(_, let address): openRelays.remove(address)
        case .allocationCreated, .allocationEnded, .allocationMoved: break
        }
    }

    private func refuses(_ relay: TransportAddress) -> Bool {
        refusesRelays || (refusesIPv6Relays && !relay.ip.isIPv4) || refusedPorts.contains(relay.port)
    }

    private mutating func transmit(_ bytes: [UInt8], on path: Path) {
        for byte in bytes { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let arrival = Path(transport: path.transport, local: path.remote, remote: path.local)
        guard path.transport != .udp else {
            let draw = Double(random.next() >> 11) / Double(1 << 53)
            if draw >= loss { inFlight.append(Delivery(at: now + delay, path: arrival, bytes: bytes)) }
            return
        }
        // A stream comes in pieces of any size, in order.
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + Int(random.next() % 40))
            inFlight.append(Delivery(at: now + delay, path: arrival, bytes: [UInt8](piece)))
            rest = rest.dropFirst(piece.count)
        }
    }

    /// A client sends a payload to a peer.
    @discardableResult
    mutating func send(_ payload: [UInt8], from index: Int, to peer: TransportAddress) -> Int? {
        let sent = poll { clients[index].send(payload.span, to: peer, into: &$0, at: now) }
        guard let (bytes, path) = sent else { return nil }
        transmit(bytes, on: path)
        return bytes.count
    }

    /// A peer sends a payload to a relayed address.
    mutating func peerSends(_ payload: [UInt8], from peer: TransportAddress, to relayed: TransportAddress) {
        transmit(payload, on: Path(local: peer, remote: relayed))
    }
}

/// Polls a machine once into a packet of its own.
func poll(_ body: (inout OutputSpan<UInt8>) -> Path?) -> ([UInt8], Path)? {
    var path: Path?
    let bytes = [UInt8](capacity: 1_500) { output in path = body(&output) }
    return path.map { (bytes, $0) }
}

func address(_ text: String) -> TransportAddress {
    guard let address = TransportAddress(text) else { preconditionFailure("no address: \(text)") }
    return address
}

func ip(_ text: String) -> IPAddress {
    guard let ip = IPAddress(text) else { preconditionFailure("no address: \(text)") }
    return ip
}

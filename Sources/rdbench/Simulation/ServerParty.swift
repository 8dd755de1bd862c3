import NetworkSimulator
import Rendezvous
import STUN
import SecureChannel
import TURN
import WireFormat

/// The server of a simulated session: signaling over pipes, STUN and TURN over datagrams.
package final class ServerParty {
    package static let port: UInt16 = 3_478
    /// The port for TLS, which networks that pass nothing but the web do pass.
    package static let webPort: UInt16 = 443

    package private(set) var turn: TURN.Server
    package private(set) var rendezvous: RendezvousServer
    private let address: IPAddress
    private let secret: SharedSecret
    /// The pipe of each connection, by the connection's number.
    private var pipes: [PipeIdentifier] = []
    private var random: SeededRandom
    /// The last host that began to wait.
    private var hostConnection: (connection: Rendezvous.ConnectionIdentifier, source: IPAddress)?
    private var verifiers: [(connection: Rendezvous.ConnectionIdentifier, verifier: HostIdentityVerifier)] = []

    /// Time-limited credentials need a calendar; the simulation's begins here.
    private static let unixSecondsAtZero: Int64 = 1_700_000_000
    private static let credentialLifetimeSeconds: UInt32 = 3_600

    /// - Parameter other: a server that hosts wait at already; this one goes on with them, under secrets of its own.
    package init(address: IPAddress, seed: UInt64, after other: ServerParty? = nil) {
        var random = SeededRandom(seed: seed)
        let key = random.bytes(count: 32)
        self.address = address
        secret = SharedSecret(key)
        turn = TURN.Server(
            configuration: TURN.Server.Configuration(
                secret: key, unixSecondsAtZero: Self.unixSecondsAtZero,
                relays: [TURN.Server.RelayAddress(bound: address)], relayOpening: .implicit),
            random: random.fork())
        let fresh = RendezvousServer(random: random.fork())
        rendezvous = other?.rendezvous ?? fresh
        pipes = other?.pipes ?? []
        hostConnection = other?.hostConnection
        self.random = random
    }

    /// A peer's signaling connection is open.
    package func connect(_ pipe: PipeIdentifier, from source: TransportAddress, at now: Instant) {
        pipes.append(pipe)
        try? rendezvous.connected(Rendezvous.ConnectionIdentifier(UInt64(pipes.count - 1)), from: source, at: now)
        settle(at: now)
    }

    package func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        guard case .forward(let forward)? = try? turn.receive(datagram, on: path, at: now) else { return }
        self.forward = forward
        forwardECN = path.transport == .udp ? ecn : .notCapable
        relayed.removeAll(keepingCapacity: true)
        relayed.append(addingCapacity: datagram.count) { $0.append(contentsOf: datagram) }
    }

    /// A client's connection broke.
    package func streamClosed(_ path: Path, at now: Instant) {
        turn.connectionClosed(path)
        settle(at: now)
    }

    /// What goes out at the next poll, which comes before the next datagram: a copy, since the packet's slot is reused.
    private var forward: Forward?
    /// It goes on as it came (RFC 8656 section 14).
    private var forwardECN = ECNCodepoint.notCapable
    package private(set) var transmittedECN = ECNCodepoint.notCapable
    private var relayed: [UInt8] = []

    package func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        transmittedECN = .notCapable
        if let forward {
            self.forward = nil
            if forward.write(relayed.span, into: &packet) {
                transmittedECN = forwardECN
                return forward.path
            }
        }
        return turn.pollTransmit(into: &packet, at: now)
    }

    package func advance(to now: Instant) {
        turn.advance(to: now)
        rendezvous.advance(to: now)
        settle(at: now)
    }

    package var nextDeadline: Instant? {
        let relay = Self.deadline(of: &turn) ?? .distantFuture
        let signaling = Self.deadline(of: &rendezvous) ?? .distantFuture
        let earliest = min(relay, signaling)
        return earliest == .distantFuture ? nil : earliest
    }

    /// In place: reading a class's property would copy the machine.
    private static func deadline(of server: inout TURN.Server) -> Instant? { server.nextDeadline }
    private static func deadline(of server: inout RendezvousServer) -> Instant? { server.nextDeadline }

    package func receiveMessage(_ message: Span<UInt8>, from pipe: PipeIdentifier, at now: Instant) {
        guard let index = pipes.firstIndex(of: pipe) else { return }
        try? rendezvous.receive(message, from: Rendezvous.ConnectionIdentifier(UInt64(index)), at: now)
        settle(at: now)
    }

    package func pollMessage() -> PipeMessage? {
        while let (connection, bytes) = rendezvous.pollTransmit() {
            if Int(connection.value) < pipes.count {
                return PipeMessage(pipe: pipes[Int(connection.value)], bytes: bytes)
            }
        }
        return nil
    }

    package func pipeChanged(_ pipe: PipeIdentifier, isOpen: Bool, at now: Instant) {
        guard !isOpen, let index = pipes.firstIndex(of: pipe) else { return }
        rendezvous.disconnected(Rendezvous.ConnectionIdentifier(UInt64(index)), at: now)
        settle(at: now)
    }

    /// The relay is started again, without the allocations that it had.
    package func forgetAllocations() { turn = TURN.Server(configuration: turn.configuration, random: random.fork()) }

    private func settle(at now: Instant) {
        while turn.pollEvent() != nil {}
        while let event = rendezvous.pollEvent() {
            switch event {
            case .serversNeeded(let session, let introduction): provide(session, introduction, at: now)
            case .standbyNeeded(let connection, _, let source): standBy(connection, source.ip, at: now)
            case .challengeNeeded(let connection, _): challenge(connection, at: now)
            case .verify(let connection, let host, _, let proof): verify(connection, host, proof, at: now)
            default: break
            }
        }
    }

    private func provide(_ session: SessionIdentifier, _ introduction: Introduction, at now: Instant) {
        rendezvous.provide(
            session, host: servers(user: "host", introduction.host.ip, at: now),
            viewer: servers(user: "viewer", introduction.viewer.ip, at: now), at: now)
    }

    private func standBy(_ connection: Rendezvous.ConnectionIdentifier, _ source: IPAddress, at now: Instant) {
        hostConnection = (connection, source)
        rendezvous.standBy(connection, servers: servers(user: "waiting", source, at: now), at: now)
    }

    /// Names servers for the host that waits once more: under this server's own secrets.
    package func standBy(at now: Instant) {
        if let (connection, source) = hostConnection { standBy(connection, source, at: now) }
    }

    private func servers(user: String, _ source: IPAddress, at now: Instant) -> [TraversalServer] {
        let challenge = turn.challengeMint.challenge(for: source, at: now)
        let expiry = Self.unixSecondsAtZero + now.nanoseconds / 1_000_000_000 + Int64(Self.credentialLifetimeSeconds)
        let username = "\(expiry):\(user)"
        let password = secret.password(for: username)
        func relay(_ transport: TransportProtocol, _ port: UInt16) -> TraversalServer {
            TraversalServer(
                kind: .turn, transport: transport, host: address.description, port: port, username: username,
                password: password, lifetimeSeconds: Self.credentialLifetimeSeconds,
                challenge: TraversalServer.Challenge(
                    realm: String(decoding: challenge.realm, as: UTF8.self),
                    nonce: String(decoding: challenge.nonce, as: UTF8.self),
                    algorithms: turn.challengeMint.algorithms))
        }
        return [
            TraversalServer(kind: .stun, host: address.description, port: Self.port),
            relay(.udp, Self.port), relay(.tcp, Self.port), relay(.tls, Self.webPort),
        ]
    }

    private func challenge(_ connection: Rendezvous.ConnectionIdentifier, at now: Instant) {
        let verifier = HostIdentityVerifier(random: &random)
        verifiers.append((connection, verifier))
        rendezvous.challenge(connection, verifier.challenge.bytes, at: now)
    }

    private func verify(
        _ connection: Rendezvous.ConnectionIdentifier, _ host: Rendezvous.HostIdentifier, _ proof: [UInt8],
        at now: Instant
    ) {
        guard let index = verifiers.firstIndex(where: { $0.connection == connection }),
            let key = PublicKey(bytes: host.bytes)
        else { return rendezvous.resolve(connection, isValid: false, at: now) }
        let verifier = verifiers.remove(at: index).verifier
        rendezvous.resolve(
            connection, isValid: verifier.accepts(proof.span, from: key, server: "simulated"), at: now)
    }
}

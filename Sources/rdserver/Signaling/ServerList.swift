import NetworkIO
import Rendezvous
import TURN
import WireFormat

/// The servers that peers are told of, with credentials of their own for each session and side.
///
/// Of several relays both peers allocate on each, and their own round trips through them decide which is used.
struct ServerList: Sendable {
    /// The relay of this process.
    struct OwnRelay: Sendable {
        /// Empty for the machine that signaling goes to.
        let host: String
        let port: UInt16
        /// A second port for relays over TCP.
        let webPort: UInt16?
        /// Ports for relays over TLS, the likeliest first.
        let securePorts: [UInt16]
        let challenges: ChallengeMint
    }

    /// Of our own relay's entries, those that stay whatever others there are: STUN, UDP, TCP, TLS.
    private static let ownEntries = 4

    let own: OwnRelay?
    let others: [RelayServer]
    let mint: CredentialMint

    /// - Parameters:
    ///   - source: the address that this side is seen at.
    ///   - terms: what a policy lets the session be: relays alone, or none, and credentials for no longer than it.
    func servers(
        for session: SessionIdentifier, _ side: RendezvousServer.Side, at source: TransportAddress,
        terms: SessionTerms = SessionTerms()
    ) -> [TraversalServer] {
        let user = CredentialMint.user(of: session, side: side)
        let own = ownServers(for: user, at: source.ip, lifetime: terms.timeLimit)
        let others = otherServers(for: user, lifetime: terms.timeLimit)
        let kept = max(Self.ownEntries, SignalingLimits.servers - others.count)
        let all = Array((own.prefix(kept) + others).prefix(SignalingLimits.servers))
        switch terms.way {
        case .any: return all
        case .relayOnly: return all.filter { $0.kind == .turn }
        case .directOnly: return all.filter { $0.kind == .stun }
        }
    }

    /// Of the relays only our own, which says whether it has room, takes hosts that wait.
    ///
    /// - Parameter isRelaying: there is room for an allocation that waits.
    func servers(
        forHostAt venue: Venue, _ connection: ConnectionIdentifier, _ source: TransportAddress, isRelaying: Bool
    ) -> [TraversalServer] {
        let user = mint.user(waitingAt: venue, on: connection)
        if own != nil, isRelaying { return ownServers(for: user, at: source.ip) }
        return (own.map { [Self.stun($0.host, $0.port)] } ?? []) + otherServers(for: user).filter { $0.kind == .stun }
    }

    private static func stun(_ host: String, _ port: UInt16) -> TraversalServer {
        TraversalServer(kind: .stun, host: host, port: port)
    }

    private func otherServers(for user: String, lifetime: Interval? = nil) -> [TraversalServer] {
        guard !others.isEmpty else { return [] }
        let credentials = mint.credentials(for: user, lifetime: lifetime)
        // Each that speaks UDP answers Binding requests as well; one is enough.
        let stun = own == nil ? others.first { $0.transport == .udp }.map { [Self.stun($0.host, $0.port)] } ?? [] : []
        return stun
            + others.map { relay in
                TraversalServer(
                    kind: .turn, transport: relay.transport, host: relay.host, port: relay.port,
                    username: credentials.username, password: credentials.password,
                    lifetimeSeconds: credentials.lifetimeSeconds)
            }
    }

    private func ownServers(for user: String, at ip: IPAddress, lifetime: Interval? = nil) -> [TraversalServer] {
        guard let own else { return [] }
        let credentials = mint.credentials(for: user, lifetime: lifetime)
        let challenge = own.challenges.challenge(for: ip, at: BootClock.now)
        func relay(_ transport: TransportProtocol, _ port: UInt16) -> TraversalServer {
            TraversalServer(
                kind: .turn, transport: transport, host: own.host, port: port, username: credentials.username,
                password: credentials.password, lifetimeSeconds: credentials.lifetimeSeconds,
                challenge: TraversalServer.Challenge(
                    realm: String(decoding: challenge.realm, as: UTF8.self),
                    nonce: String(decoding: challenge.nonce, as: UTF8.self), algorithms: own.challenges.algorithms))
        }
        let servers = [Self.stun(own.host, own.port), relay(.udp, own.port), relay(.tcp, own.port)]
        return servers + own.securePorts.map { relay(.tls, $0) } + (own.webPort.map { [relay(.tcp, $0)] } ?? [])
    }
}

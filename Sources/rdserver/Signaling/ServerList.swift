import NetworkIO
import Rendezvous
import TURN
import WireFormat

/// The servers that peers are told of, with credentials of their own for each session and side.
struct ServerList: Sendable {
    /// Empty for the machine that signaling goes to.
    let host: String
    let port: UInt16
    /// A second port for relays over TCP.
    let webPort: UInt16?
    /// Ports for relays over TLS, the likeliest first.
    let securePorts: [UInt16]
    let mint: CredentialMint
    let challenges: ChallengeMint

    /// - Parameter source: the address that this side is seen at.
    func servers(
        for session: SessionIdentifier, _ side: RendezvousServer.Side, at source: TransportAddress
    ) -> [TraversalServer] {
        servers(for: CredentialMint.user(of: session, side: side), at: source.ip)
    }

    /// - Parameter isRelaying: there is room for an allocation that waits.
    func servers(
        forHostAt venue: Venue, _ source: TransportAddress, isRelaying: Bool
    ) -> [TraversalServer] {
        isRelaying ? servers(for: CredentialMint.user(waitingAt: venue), at: source.ip) : [stun]
    }

    private var stun: TraversalServer { TraversalServer(kind: .stun, host: host, port: port) }

    private func servers(for user: String, at ip: IPAddress) -> [TraversalServer] {
        let credentials = mint.credentials(for: user)
        let challenge = challenges.challenge(for: ip, at: BootClock.now)
        func relay(_ transport: TransportProtocol, _ port: UInt16) -> TraversalServer {
            TraversalServer(
                kind: .turn, transport: transport, host: host, port: port, username: credentials.username,
                password: credentials.password, lifetimeSeconds: CredentialMint.lifetimeSeconds,
                challenge: TraversalServer.Challenge(
                    realm: String(decoding: challenge.realm, as: UTF8.self),
                    nonce: String(decoding: challenge.nonce, as: UTF8.self), algorithms: challenges.algorithms))
        }
        let servers = [stun, relay(.udp, port), relay(.tcp, port)]
        return servers + securePorts.map { relay(.tls, $0) } + (webPort.map { [relay(.tcp, $0)] } ?? [])
    }
}

import Rendezvous
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

    func servers(for session: SessionIdentifier, _ side: RendezvousServer.Side) -> [TraversalServer] {
        let credentials = mint.credentials(for: CredentialMint.user(of: session, side: side))
        func relay(_ transport: TransportProtocol, _ port: UInt16) -> TraversalServer {
            TraversalServer(
                kind: .turn, transport: transport, host: host, port: port, username: credentials.username,
                password: credentials.password, lifetimeSeconds: CredentialMint.lifetimeSeconds)
        }
        let servers = [TraversalServer(kind: .stun, host: host, port: port), relay(.udp, port), relay(.tcp, port)]
        return servers + securePorts.map { relay(.tls, $0) } + (webPort.map { [relay(.tcp, $0)] } ?? [])
    }
}

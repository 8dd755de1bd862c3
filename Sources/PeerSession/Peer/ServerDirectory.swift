import ICE
import Rendezvous
import STUN
import WireFormat

/// Turns the servers that signaling names into addresses that an agent can use.
struct ServerDirectory {
    /// Where the signaling connection goes: what an empty host name means.
    var signalingAddress: IPAddress?
    /// What the driver found for names, in the order in which they were asked for.
    private var resolved: [(name: String, addresses: [IPAddress])] = []

    init(signalingAddress: IPAddress?) { self.signalingAddress = signalingAddress }

    /// Names kept at most; a server list has few.
    private static let limit = 16

    /// A look-up that failed says nothing: the network may be away for a moment.
    mutating func learn(_ name: String, _ addresses: [IPAddress]) {
        guard !addresses.isEmpty else { return }
        resolved.removeAll { $0.name == name }
        if resolved.count == Self.limit { resolved.removeFirst() }
        resolved.append((name, addresses))
    }

    /// The names among the servers that the driver must look up before they can be used.
    func unknownNames(in servers: [TraversalServer]) -> [String] {
        var names: [String] = []
        for server in servers where addresses(of: server.host) == nil && !names.contains(server.host) {
            names.append(server.host)
        }
        return names
    }

    /// The servers whose addresses are known.
    func servers(for list: [TraversalServer]) -> [Agent.Server] {
        list.flatMap { entry -> [Agent.Server] in
            let service: Agent.Server.Service =
                entry.kind == .stun ? .stun : .turn(username: entry.username, password: entry.password)
            let challenge = entry.challenge.map {
                Challenge(realm: [UInt8]($0.realm.utf8), nonce: [UInt8]($0.nonce.utf8), algorithms: $0.algorithms)
            }
            return (addresses(of: entry.host) ?? []).map { ip in
                Agent.Server(
                    address: TransportAddress(ip: ip, port: entry.port), transport: entry.transport, service: service,
                    challenge: challenge)
            }
        }
    }

    /// Where the servers mostly are that a signaling server will name: STUN at its registered port, relays there and, over
    /// TLS, at the signaling port itself, as `rdserver` has them.
    static func expected(at ip: IPAddress, signalingPort: UInt16, isSecure: Bool) -> [Agent.Server] {
        let usual = TransportAddress(ip: ip, port: 3_478)
        let relay = Agent.Server.Service.turn(username: "", password: "")
        var servers = [
            Agent.Server(address: usual, service: .stun), Agent.Server(address: usual, transport: .tcp, service: relay),
        ]
        if isSecure {
            let address = TransportAddress(ip: ip, port: signalingPort)
            servers.append(Agent.Server(address: address, transport: .tls, service: relay))
        }
        return servers
    }

    private func addresses(of host: String) -> [IPAddress]? {
        if host.isEmpty { return signalingAddress.map { [$0] } ?? [] }
        if let ip = IPAddress(host) { return [ip] }
        return resolved.first { $0.name == host }?.addresses
    }
}

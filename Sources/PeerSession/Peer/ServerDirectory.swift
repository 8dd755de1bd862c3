import ICE
import Rendezvous
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

    mutating func learn(_ name: String, _ addresses: [IPAddress]) {
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
            return (addresses(of: entry.host) ?? []).map { ip in
                Agent.Server(
                    address: TransportAddress(ip: ip, port: entry.port), transport: entry.transport, service: service)
            }
        }
    }

    private func addresses(of host: String) -> [IPAddress]? {
        if host.isEmpty { return signalingAddress.map { [$0] } ?? [] }
        if let ip = IPAddress(host) { return [ip] }
        return resolved.first { $0.name == host }?.addresses
    }
}

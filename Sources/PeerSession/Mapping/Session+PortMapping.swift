import ICE
import PortMapping
import WireFormat

/// Ports that the gateway forwards on request: a direct path where hole punching has none.
extension Session {
    /// Asks the gateway, if there is one, to forward a port to the first socket that it could be reached from.
    mutating func startMapping(at now: Instant) {
        guard mapper == nil, let gateway = configuration.gateway, configuration.policy != .relayOnly,
            let socket = sockets.first(where: { $0.ip.isIPv4 == gateway.isIPv4 && !$0.ip.isLoopback })
        else { return }
        let request = MappingRequest(controlSocket: socket, gateway: gateway, internalPort: socket.port)
        var mapper = PortMapper(request, random: random.fork())
        mapper.start(at: now)
        self.mapper = mapper
    }

    /// Whether a datagram is an answer to the port mapper and nobody else's. Static, lest the session be copied for it.
    static func isFrom(_ gateway: IPAddress?, _ path: Path) -> Bool {
        guard path.transport == .udp, path.remote.ip == gateway else { return false }
        // PCP and NAT-PMP (RFC 6887 section 19.1), and SSDP.
        return path.remote.port == 5_351 || path.remote.port == 1_900
    }

    mutating func drainMapper() {
        while let event = mapper?.pollEvent() {
            guard case .mapped(let port) = event, let gateway = configuration.gateway, !port.external.ip.isPrivate,
                !port.external.ip.isCarrierShared,
                let socket = sockets.first(where: { $0.ip.isIPv4 == gateway.isIPv4 && !$0.ip.isLoopback })
            else { continue }
            agent.addMappedAddress(
                port.external, of: socket, gateway: TransportAddress(ip: gateway, port: 5_351))
        }
    }
}

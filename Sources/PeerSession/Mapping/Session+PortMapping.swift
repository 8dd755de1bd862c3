import ICE
import PortMapping
import WireFormat

/// Ports that the gateway forwards on request: a direct path where hole punching has none.
extension Session {
    /// Sockets for which the gateway is asked. Which of them it serves, it knows better than we do.
    static var maximumMappings: Int { 4 }

    /// Asks the gateway, if there is one, to forward a port to each socket that it could have to do with.
    mutating func startMapping(at now: Instant) {
        guard end == nil, let gateway = configuration.gateway, configuration.policy != .relayOnly else { return }
        for socket in sockets where socket.ip.isIPv4 == gateway.isIPv4 && !socket.ip.isLoopback {
            guard mappings.count < Self.maximumMappings, !mappings.contains(where: { $0.socket == socket }) else {
                continue
            }
            let request = MappingRequest(controlSocket: socket, gateway: gateway, internalPort: socket.port)
            var mapper = PortMapper(request, random: random.fork())
            mapper.start(at: now)
            mappings.append(SocketMapping(socket: socket, mapper: mapper))
        }
    }

    /// The machine is in another network, whose gateway knows nothing of what the last one forwarded. While there is no
    /// gateway the last one counts: it may be back at once, and gives its port to nobody else who asks.
    public mutating func gatewayChanged(to gateway: IPAddress, at now: Instant) {
        guard configuration.asksGateway, gateway != configuration.gateway else { return }
        configuration.gateway = gateway
        mappings = []
        if !isWaiting { startMapping(at: now) }
        process(at: now)
    }

    /// The mapping that a packet is for.
    func mappingIndex(_ path: Path) -> Int? {
        guard let gateway = configuration.gateway else { return nil }
        return mappings.firstIndex { $0.expects(path, from: gateway) }
    }

    mutating func drainMappings() {
        for index in mappings.indices {
            while let event = mappings[index].mapper.pollEvent() {
                if case .mapped(let port) = event { addMapped(port, of: mappings[index].socket) }
            }
        }
    }

    /// Goes on with what a session has asked the gateway for whose place this one takes: to whoever asks anew, with another
    /// nonce, it refuses the same port. Where nothing but relays may be used it gets back what it has granted.
    mutating func adoptMappings(of other: Session, at now: Instant) {
        mappings = other.mappings
        guard configuration.policy != .relayOnly else { return stopMappings(at: now) }
        for mapping in mappings {
            if let port = mapping.mapper.mapping { addMapped(port, of: mapping.socket) }
        }
    }

    private mutating func addMapped(_ port: MappedPort, of socket: TransportAddress) {
        guard let gateway = configuration.gateway, !port.external.ip.isPrivate, !port.external.ip.isCarrierShared else {
            return
        }
        agent.addMappedAddress(port.external, of: socket, gateway: TransportAddress(ip: gateway, port: 5_351))
    }

    mutating func advanceMappings(to now: Instant) {
        for index in mappings.indices { mappings[index].mapper.advance(to: now) }
    }

    mutating func stopMappings(at now: Instant) {
        for index in mappings.indices { mappings[index].mapper.stop(at: now) }
    }

    /// A packet for a gateway. On a path over TCP it opens a connection, unless that is open already.
    mutating func pollMappings(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        for index in mappings.indices {
            if let path = mappings[index].mapper.pollTransmit(into: &packet, at: now) { return path }
        }
        return nil
    }

    var mappingDeadline: Instant? {
        mappings.reduce(nil) { Instant.earlier($0, $1.mapper.nextDeadline) }
    }

    /// Whether a TCP connection is one to the gateway that this session asked for.
    public func isGatewayConnection(_ path: Path) -> Bool { path.transport != .udp && mappingIndex(path) != nil }

    /// Such a connection was closed by the gateway, or could not be opened.
    public mutating func gatewayConnectionEnded(_ path: Path, isFailure: Bool, at now: Instant) {
        guard let index = mappingIndex(path) else { return }
        if isFailure {
            mappings[index].mapper.streamFailed(on: path, at: now)
        } else {
            mappings[index].mapper.streamEnded(on: path, at: now)
        }
        process(at: now)
    }
}

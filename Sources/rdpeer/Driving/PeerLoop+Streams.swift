import NetworkIO
import PeerSession
import WireFormat

/// Connections to TURN servers, for sessions whose network passes no UDP.
extension PeerLoop {
    /// Connects to a TURN server; the peer hears what came of it. A session that began anew, under a server's terms, wants
    /// what the one before has opened. What is asked for while it is being opened is opened anew: the attempt before may be
    /// from an address that is gone.
    func openStream(to server: TransportAddress, over transport: TransportProtocol, sockets: Int) {
        loop.machine.streamAttempts += 1
        let link = StreamLink(
            attempt: loop.machine.streamAttempts, sockets: sockets, server: server, transport: transport)
        if let index = loop.machine.streamLinks.firstIndex(where: { $0.isSameWish(as: link) }) {
            if let path = loop.machine.streamLinks[index].path { return tellOpened(path, link) }
            loop.machine.streamLinks.remove(at: index)
        }
        loop.machine.streamLinks.append(link)
        let completion: (Loop, Result<Path, StreamFailure>) -> Void = { [weak self] _, result in
            self?.streamConcluded(result, link)
        }
        switch transport {
        case .udp: break
        case .tcp:
            loop.connectStream(
                to: server, framing: RelayStream.framing, precedence: RelayStream.precedence, completion: completion)
        case .tls:
            do {
                loop.connectSecureStream(
                    to: server, name: certificateName(of: server.ip), through: try secureConnector(),
                    framing: RelayStream.framing, precedence: RelayStream.precedence, completion: completion)
            } catch { streamConcluded(.failure(.untrusted("\(error)")), link) }
        }
    }

    /// Connects to the gateway for a request that waits.
    static func openGatewayConnection(_ name: Path, in loop: Loop) {
        loop.connectStream(to: name.remote, from: name.local.ip, framing: GatewayConnection.framing) { loop, result in
            loop.machine.gatewayConnected(name, path: try? result.get(), at: loop.now)
        }
    }

    /// Closes the connections of a session that is over.
    func closeStreams(sockets: Int) {
        let links = loop.machine.streamLinks.filter { $0.sockets == sockets }
        loop.machine.streamLinks.removeAll { $0.sockets == sockets }
        for case let path? in links.map(\.path) { loop.closeStream(path) }
    }

    /// The name that a relay's certificate must be for: the one by which signaling named it or was reached itself;
    /// nil means its address.
    private func certificateName(of ip: IPAddress) -> String? {
        if let name = loop.machine.resolvedNames[ip] { return name }
        guard loop.machine.signalingAddress == ip, let host = signaling?.url.host, IPAddress(host) == nil else {
            return nil
        }
        return host
    }

    private func tellOpened(_ path: Path, _ link: StreamLink) {
        loop.machine.peer.streamOpened(
            path.local, transport: link.transport, server: link.server, sockets: link.sockets, at: now)
    }

    private func streamConcluded(_ result: Result<Path, StreamFailure>, _ link: StreamLink) {
        let index = loop.machine.streamLinks.firstIndex { $0.attempt == link.attempt }
        switch result {
        case .success(let path):
            // The session may have ended meanwhile, or have asked again.
            guard let index else { return loop.closeStream(path) }
            loop.machine.streamLinks[index].path = path
            tellOpened(path, link)
        case .failure(let failure):
            guard let index else { return }
            loop.machine.streamLinks.remove(at: index)
            loop.machine.noteStreamFailure(link, failure)
            loop.machine.peer.streamFailed(link.server, transport: link.transport, sockets: link.sockets, at: now)
        }
    }
}

extension PeerMachine {
    /// Whoever finds a port of ours may connect to it; without an authenticated check the connection does not stay.
    func keepsStream(_ path: Path) -> Bool { listeners[path.local] == nil || peer.usesConnection(path) }

    /// A connection to a TURN server or to the other peer is closed.
    mutating func streamClosed(_ path: Path, at now: Instant) {
        guard listeners[path.local] == nil else { return peer.connectionClosed(path, at: now) }
        if gatewayClosed(path, at: now) { return }
        streamLinks.removeAll { $0.path == path }
        peer.streamClosed(path.local, transport: path.transport, at: now)
    }
}

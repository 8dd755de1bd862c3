import NetworkIO
import PeerSession
import WireFormat

/// Connections to TURN servers, for sessions whose network passes no UDP.
extension PeerLoop {
    /// Connects to a TURN server, unless that is done or under way already; the peer hears when it is open.
    func openStream(to server: TransportAddress, over transport: TransportProtocol, sockets: Int) {
        guard transport == .tcp, linkIndex(sockets, server) == nil else { return }
        loop.machine.streamLinks.append(StreamLink(sockets: sockets, server: server))
        connect(to: server, sockets: sockets)
    }

    private func connect(to server: TransportAddress, sockets: Int) {
        loop.connectStream(to: server, framing: RelayStream.framing, precedence: RelayStream.precedence) {
            [weak self] _, result in self?.streamConcluded(result, to: server, sockets: sockets)
        }
    }

    /// Closes the connections of a session that is over.
    func closeStreams(sockets: Int) {
        let links = loop.machine.streamLinks.filter { $0.sockets == sockets }
        loop.machine.streamLinks.removeAll { $0.sockets == sockets }
        for case let path? in links.map(\.path) { loop.closeStream(path) }
    }

    private func linkIndex(_ sockets: Int, _ server: TransportAddress) -> Int? {
        loop.machine.streamLinks.firstIndex { $0.sockets == sockets && $0.server == server }
    }

    private func streamConcluded(_ result: Result<Path, StreamFailure>, to server: TransportAddress, sockets: Int) {
        let index = linkIndex(sockets, server)
        switch result {
        case .success(let path):
            // The session may have ended meanwhile.
            guard let index else { return loop.closeStream(path) }
            loop.machine.streamLinks[index].path = path
            loop.machine.peer.streamOpened(path.local, transport: .tcp, sockets: sockets, at: now)
        case .failure(let failure):
            guard let index else { return }
            guard failure == .timeout, loop.machine.streamLinks[index].attempts < RelayStream.attempts else {
                // It is asked for again when the list of servers comes again.
                loop.machine.streamLinks.remove(at: index)
                return
            }
            loop.machine.streamLinks[index].attempts += 1
            connect(to: server, sockets: sockets)
        }
    }
}

extension PeerMachine {
    /// A connection to a TURN server is closed.
    mutating func streamClosed(_ path: Path, at now: Instant) {
        streamLinks.removeAll { $0.path == path }
        peer.streamClosed(path.local, transport: path.transport, at: now)
    }
}

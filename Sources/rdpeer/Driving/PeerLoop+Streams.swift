import NetworkIO
import PeerSession
import TURN
import WireFormat

/// Connections to TURN servers, for sessions whose network passes no UDP.
extension PeerLoop {
    /// Connects to a TURN server, unless that is done or under way already; the peer hears when it is open.
    func openStream(to server: TransportAddress, over transport: TransportProtocol, sockets: Int) {
        guard transport == .tcp, linkIndex(sockets, server) == nil else { return }
        loop.machine.streamLinks.append(StreamLink(sockets: sockets, server: server))
        loop.connectStream(to: server, framing: relayFraming) { [weak self] loop, result in
            self?.streamConcluded(result, to: server, sockets: sockets)
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
        case .failure:
            // Asked for again when the server list comes again.
            if let index { loop.machine.streamLinks.remove(at: index) }
        }
    }

    private var relayFraming: StreamFraming {
        { bytes in
            do throws(StreamDeframer.Failure) {
                return try StreamDeframer.frameSize(bytes, limit: 4_096).map { .size($0) } ?? .incomplete
            } catch { return .invalid }
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

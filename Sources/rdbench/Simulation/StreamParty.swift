import PeerSession
import WireFormat

/// What of a host or a viewer has to do with connections.
protocol StreamPeer {
    mutating func streamOpened(
        _ local: TransportAddress, transport: TransportProtocol, server: TransportAddress?, sockets: Int,
        at now: Instant)
    mutating func streamFailed(
        _ server: TransportAddress, transport: TransportProtocol, sockets: Int, at now: Instant)
    mutating func streamClosed(_ local: TransportAddress, transport: TransportProtocol, at now: Instant)
    mutating func connectionClosed(_ path: Path, at now: Instant)
}

extension HostPeer: StreamPeer {}
extension ViewerPeer: StreamPeer {}

/// Tells a simulated peer of its connections, to TURN servers and to the other peer.
protocol StreamParty: AnyObject {
    associatedtype Peer: StreamPeer

    var streamRequests: StreamRequests { get set }
    var listeners: Set<TransportAddress> { get }

    func act<Result>(at now: Instant, _ body: (inout Peer) -> Result) -> Result
}

extension StreamParty {
    func streamOpened(on path: Path, at now: Instant) {
        guard let sockets = streamRequests.take(path) else { return }
        act(at: now) {
            $0.streamOpened(path.local, transport: path.transport, server: path.remote, sockets: sockets, at: now)
        }
    }

    func streamFailed(on path: Path, at now: Instant) {
        let sockets = streamRequests.take(path)
        act(at: now) { peer in
            if let sockets {
                peer.streamFailed(path.remote, transport: path.transport, sockets: sockets, at: now)
            } else if listeners.contains(path.local) {
                peer.connectionClosed(path, at: now)
            } else {
                peer.streamClosed(path.local, transport: path.transport, at: now)
            }
        }
    }
}

extension HostParty: StreamParty {}
extension ViewerParty: StreamParty {}

import FileTransfer
import NetworkSimulator
import PeerSession
import Rendezvous
import SimulatedDisk
import WireFormat

/// The viewer of a simulated session.
package final class ViewerParty {
    package internal(set) var peer: ViewerPeer
    package private(set) var events: [(event: PeerEvent, instant: Instant)] = []
    package var pipe: PipeIdentifier?
    package var clock = PartyClock()
    var missed: [(Instant) -> Void] = []
    /// TCP ports for connections with the other peer.
    package private(set) var listeners: Set<TransportAddress> = []
    /// The viewer has had the exact picture.
    package private(set) var isSharp = false
    /// The session's data has gone over a direct path.
    package private(set) var isDirect = false

    /// When the picture's first pixel changed last, and the longest time between two changes since `forgetStalls`.
    package private(set) var pictures = Continuity()

    private var addresses: [IPAddress]
    private var sockets: [TransportAddress]
    private var ports: PortPool
    /// Where its files are; without it nothing becomes of them.
    package var store: FileStore<MemorySystem>?
    /// What its first sockets have.
    package static let port: UInt16 = 50_000
    var streamRequests = StreamRequests()
    private var lastPixel: UInt32?

    package init(peer: ViewerPeer, addresses: [IPAddress], port: UInt16 = ViewerParty.port) {
        self.peer = peer
        self.addresses = addresses
        ports = PortPool(after: port + 1_000)
        sockets = addresses.map { TransportAddress(ip: $0, port: port) }
    }

    package func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        peer.receive(datagram, on: path, ecn: ecn, at: now)
        notePicture(at: now)
        settle(at: now)
    }

    package func advance(to now: Instant) {
        peer.advance(to: now)
        settle(at: now)
    }

    package var nextDeadline: Instant? { peer.nextDeadline }

    package func receiveMessage(_ message: Span<UInt8>, at now: Instant) {
        peer.receiveMessage(message, at: now)
        settle(at: now)
    }

    package func pollMessage(at now: Instant) -> PipeMessage? {
        guard let pipe else { return nil }
        var isWritten = false
        let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { output in
            isWritten = peer.pollMessage(into: &output, at: now)
        }
        return isWritten ? PipeMessage(pipe: pipe, bytes: bytes) : nil
    }

    package func open(_ pipe: PipeIdentifier, at now: Instant) {
        self.pipe = pipe
        peer.signalingOpened(serverAddress: nil, at: now)
        settle(at: now)
    }

    /// The server's address is known, and the connection to it on its way.
    package func locateServer(_ ip: IPAddress, _ port: UInt16, at now: Instant) {
        peer.signalingLocated([ip], port: port, isSecure: true, at: now)
        settle(at: now)
    }

    /// The first of that connection's round trips is over.
    package func reachServer(at now: Instant) {
        peer.signalingReached(at: now)
        settle(at: now)
    }

    /// The machine has these addresses now; each has a socket, as the real driver would have it.
    package func addressesChanged(_ addresses: [IPAddress], at now: Instant) {
        self.addresses = addresses
        for ip in addresses where !sockets.contains(where: { $0.ip == ip }) {
            let socket = TransportAddress(ip: ip, port: ports.take())
            sockets.append(socket)
            peer.addSocket(socket, at: now)
        }
        for gone in sockets where !addresses.contains(gone.ip) { peer.removeSocket(gone, at: now) }
        sockets.removeAll { !addresses.contains($0.ip) }
        if !addresses.isEmpty { peer.networkChanged(at: now) }
        settle(at: now)
    }

    package func pipeChanged(isOpen: Bool, at now: Instant) {
        if isOpen { peer.signalingOpened(serverAddress: nil, at: now) } else { peer.signalingClosed(at: now) }
        settle(at: now)
    }

    package func settle(at now: Instant) {
        while let event = peer.pollEvent() {
            if case .session(.file(.disk(let request))) = event {
                if let result = store?.perform(request) { peer.diskFinished(result, at: now) }
                continue
            }
            events.append((event, now))
            note(event)
            switch event {
            case .streamWanted(_, let server, let transport):
                guard let local = addresses.first(where: { $0.isIPv4 == server.ip.isIPv4 }) else { break }
                let path = Path(
                    transport: transport, local: TransportAddress(ip: local, port: ports.take()), remote: server)
                streamRequests.append(path, sockets: 0)
            case .punchSocketsWanted(_, let count, let ip):
                peer.addPunchSockets(ports.take(count).map { TransportAddress(ip: ip, port: $0) }, at: now)
            case .listenersWanted(_, let local):
                listeners.formUnion(local)
                for address in local { peer.listenerOpened(address, at: now) }
            // The simulator opens a connection with the first packet on it.
            case .connectionWanted(_, let path, _): peer.connectionOpened(path, at: now)
            default: break
            }
        }
    }

    private func notePicture(at now: Instant) {
        guard peer.session.screen.decoder.pixels.count > 0 else { return }
        let pixel = peer.session.screen.decoder.pixels[0]
        guard pixel != lastPixel else { return }
        lastPixel = pixel
        pictures.note(now)
    }

    package func forgetStalls() { pictures.restart() }

    private func note(_ event: PeerEvent) {
        switch event {
        case .session(.sharpFrame): isSharp = true
        case .session(.connected(let pair, _)), .session(.pathChanged(let pair)):
            if !pair.isRelayed { isDirect = true }
        default: break
        }
    }
}

import FileTransfer
import NetworkSimulator
import PeerSession
import Rendezvous
import ScreenCodec
import SecureChannel
import SimulatedDisk
import WireFormat

/// The host of a simulated session: the real host with a small picture instead of a display.
package final class HostParty {
    package internal(set) var peer: HostPeer
    package private(set) var events: [(event: PeerEvent, instant: Instant)] = []
    private var addresses: [IPAddress]
    /// The sockets of each set that was provided, by its number.
    private var socketSets: [[TransportAddress]] = []
    private var ports: PortPool
    /// Where its files are; without it nothing becomes of them.
    package var store: FileStore<MemorySystem>?
    var streamRequests = StreamRequests()
    /// The first ports that its sockets have; they take TCP connections.
    static let ports: ClosedRange<UInt16> = 40_001...40_008
    package var pipe: PipeIdentifier?
    package var clock = PartyClock()
    var missed: [(Instant) -> Void] = []
    /// TCP ports for connections with the other peer.
    package private(set) var listeners: Set<TransportAddress> = []
    /// When input came last, and the longest time between two events since `forgetStalls`.
    package private(set) var inputs = Continuity()

    package func forgetStalls() { inputs.restart() }

    /// - Parameter port: the one before the first that its sockets have.
    package init(peer: HostPeer, addresses: [IPAddress], portsAfter port: UInt16 = 40_000) {
        self.peer = peer
        self.addresses = addresses
        ports = PortPool(after: port)
    }

    /// What a viewer needs to have: the newest code, or the host's key.
    package var credential: HostCredential {
        let codes = events.lazy.compactMap { if case .code(let code) = $0.event { code } else { nil } }
        return Array(codes).last.map { .code($0) } ?? .publicKey(LiveSession.identities.host.publicKey)
    }

    /// Takes viewers at an address of its own from now on, of each family one.
    package func listen(at now: Instant) {
        for ip in addresses { peer.listen(at: TransportAddress(ip: ip, port: Self.entrancePort), at: now) }
    }

    /// Where a viewer at these addresses finds it.
    package func entrance(for addresses: [IPAddress]) -> TransportAddress? {
        let ip = self.addresses.first { mine in addresses.contains { $0.isIPv4 == mine.isIPv4 } }
        return ip.map { TransportAddress(ip: $0, port: Self.entrancePort) }
    }

    /// As of `rdpeer host --listen`.
    private static let entrancePort: UInt16 = 8_471

    /// Puts a picture on the host's screen.
    package func show(_ picture: HostPicture) {
        let all = Rectangle(x: 0, y: 0, width: picture.width, height: picture.height)
        peer.updateScreen { $0.update(pixels: picture.pixels.span, stride: picture.width, damage: all) }
    }

    package func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        peer.receive(datagram, on: path, ecn: ecn, at: now)
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

    /// The machine has these addresses now; each has a socket in every set, as the real driver would have it.
    package func addressesChanged(_ addresses: [IPAddress], at now: Instant) {
        self.addresses = addresses
        for number in socketSets.indices where !socketSets[number].isEmpty {
            for ip in addresses where !socketSets[number].contains(where: { $0.ip == ip }) {
                let socket = TransportAddress(ip: ip, port: ports.take())
                socketSets[number].append(socket)
                peer.addSocket(socket, to: number, at: now)
            }
            for gone in socketSets[number] where !addresses.contains(gone.ip) { peer.removeSocket(gone, at: now) }
            socketSets[number].removeAll { !addresses.contains($0.ip) }
        }
        if !addresses.isEmpty { peer.networkChanged(at: now) }
        settle(at: now)
    }

    package func pipeChanged(isOpen: Bool, at now: Instant) {
        if isOpen { peer.signalingOpened(serverAddress: nil, at: now) } else { peer.signalingClosed(at: now) }
        settle(at: now)
    }

    /// Binds sockets for the next session, if the host has an address yet.
    package func provideSockets() {
        guard !addresses.isEmpty else { return }
        let port = ports.take()
        socketSets.append(addresses.map { TransportAddress(ip: $0, port: port) })
        peer.addSockets(socketSets[socketSets.count - 1])
    }

    package func settle(at now: Instant) {
        while let event = peer.pollEvent() {
            if case .session(.file(.disk(let request))) = event {
                if let result = store?.perform(request) { peer.diskFinished(result, at: now) }
                continue
            }
            events.append((event, now))
            switch event {
            case .session(.input): inputs.note(now)
            case .socketsWanted: provideSockets()
            case .socketsReleased(let number): if socketSets.indices.contains(number) { socketSets[number] = [] }
            case .streamWanted(let sockets, let server, let transport):
                guard let local = addresses.first(where: { $0.isIPv4 == server.ip.isIPv4 }) else { break }
                let path = Path(
                    transport: transport, local: TransportAddress(ip: local, port: ports.take()), remote: server)
                streamRequests.append(path, sockets: sockets)
            case .punchSocketsWanted(let sockets, let count, let ip):
                peer.addPunchSockets(
                    ports.take(count).map { TransportAddress(ip: ip, port: $0) }, sockets: sockets, at: now)
            case .listenersWanted(let sockets, let local):
                listeners.formUnion(local)
                for address in local { peer.listenerOpened(address, sockets: sockets, at: now) }
            // The simulator opens a connection with the first packet on it.
            case .connectionWanted(_, let path, _): peer.connectionOpened(path, at: now)
            default: break
            }
        }
    }
}

import FileTransfer
import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// A peer as a `DatagramLoop` drives it, with the driver's own timers and what other threads brought.
struct PeerMachine<Peer: DrivenPeer>: DatagramMachine {
    var peer: Peer
    var timers = Deadlines<DriverTimer>()
    /// The attempt to connect whose news count.
    var signalingAttempt: UInt64 = 0
    /// Connections to TURN servers, open or being made.
    var streamLinks: [StreamLink] = []
    /// So many were asked for.
    var streamAttempts = 0
    /// Where signaling is connected to.
    private(set) var signalingAddress: IPAddress?
    /// The names behind addresses, as they were looked up.
    private(set) var resolvedNames: [IPAddress: String] = [:]
    /// TCP ports for connections with the other peer, and the sockets of their sessions.
    var listeners: [TransportAddress: Int] = [:]
    /// Whom port mappers ask.
    var gateway: IPAddress?
    var gatewayConnections: [GatewayConnection] = []
    var events: [DriverEvent] = []
    /// Looks again who may come.
    private var renewal: ((inout Peer) -> Void)?
    /// When that may cost something again, for the sake of a datagram; nil if it is not done.
    private var nextRenewal: Instant?
    private static var renewalPause: Interval { .milliseconds(100) }

    init(_ peer: Peer, gateway: IPAddress?) {
        self.peer = peer
        self.gateway = gateway
    }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Never) {
        receive(datagram, on: path, ecn: .notCapable, at: now)
    }

    mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant
    ) throws(Never) {
        if let nextRenewal, nextRenewal <= now, Self.beginsSession(datagram) { renew(at: now) }
        let name = path.transport == .tcp ? gatewayName(of: path) : nil
        peer.receive(datagram, on: name ?? path, ecn: ecn, at: now)
    }

    var transmittedECN: ECNCodepoint { peer.transmittedECN }

    mutating func advance(to now: Instant) {
        peer.advance(to: now)
        while let timer = timers.popDue(at: now) { events.append(.timer(timer)) }
    }

    var nextDeadline: Instant? {
        mutating get {
            guard let own = timers.next else { return peer.nextDeadline }
            return peer.nextDeadline.map { min($0, own) } ?? own
        }
    }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let path = pollGateway(into: &packet) { return path }
        while let path = peer.pollTransmit(into: &packet, at: now) {
            guard isForGateway(path) else { return path }
            keep(packet.span, for: path)
            packet.removeAll()
        }
        return nil
    }

    /// The last answer of the server was that there is nothing at the path.
    private var isPathUnknown = false

    mutating func pollEvent() -> DriverEvent? {
        if let event = peer.pollEvent() { return .peer(event) }
        return events.isEmpty ? nil : events.removeFirst()
    }

    /// News of the signaling connection.
    mutating func signaling(_ event: SignalingClient.Event, attempt: UInt64, at now: Instant) {
        guard attempt == signalingAttempt else { return }
        switch event {
        case .reached: peer.signalingReached(at: now)
        case .opened(let remote, let isFirstMessageTaken):
            signalingAddress = remote?.ip
            isPathUnknown = false
            events.append(.signalingOpened)
            peer.signalingOpened(
                serverAddress: remote?.ip, isFirstMessageTaken: isFirstMessageTaken, at: now)
        case .message(let bytes):
            renew(at: now)
            peer.receiveMessage(bytes.span, at: now)
        case .closed(let failure):
            // The first time it is taken for the word of one of several servers, and the peer asks again at once.
            if !failure.isUnknownPath || isPathUnknown { events.append(.signalingFailed(failure)) }
            isPathUnknown = failure.isUnknownPath
            peer.signalingClosed(isUnknown: failure.isUnknownPath, at: now)
        }
    }

    /// Has something done to the peer before anything is received by which a viewer may come: before each message of the
    /// server, and before datagrams that begin a handshake, though not before each.
    mutating func renewBeforeOffers(_ renewal: @escaping (inout Peer) -> Void, at now: Instant) {
        self.renewal = renewal
        nextRenewal = now
    }

    /// Whether a viewer may come by it whom nobody introduces.
    private static func beginsSession(_ datagram: Span<UInt8>) -> Bool {
        guard datagram.count > 0, case .handshake? = SecureChannel.DatagramKind(firstByte: datagram[0]) else {
            return false
        }
        return true
    }

    private mutating func renew(at now: Instant) {
        guard let renewal else { return }
        nextRenewal = now + Self.renewalPause
        renewal(&peer)
    }

    /// The addresses of the signaling server.
    mutating func signalingLocated(_ addresses: [IPAddress], _ url: SignalingURL, at now: Instant) {
        if IPAddress(url.host) == nil { for address in addresses { resolvedNames[address] = url.host } }
        peer.signalingLocated(addresses, port: url.port, isSecure: url.isSecure, at: now)
    }

    /// The addresses of a name that the peer asked for.
    mutating func resolved(_ name: String, _ addresses: [IPAddress], at now: Instant) {
        for address in addresses { resolvedNames[address] = name }
        peer.resolved(name, addresses, at: now)
    }

    mutating func noteStreamFailure(_ link: StreamLink, _ failure: StreamFailure) {
        events.append(.relayUnreachable(link.server, link.transport, failure))
    }

    mutating func diskFinished(_ result: DiskResult, session: Int) {
        events.append(.diskFinished(result, session: session))
    }

    mutating func pasteNews(_ news: PasteNews, session: Int) { events.append(.paste(news, session: session)) }

    mutating func pictureWritten(_ picture: WrittenPicture) { events.append(.pictureWritten(picture)) }

    mutating func commandEnded(_ status: Int32) { events.append(.commandEnded(status)) }

    mutating func signalled(_ number: Int32) { events.append(.signal(number)) }
}

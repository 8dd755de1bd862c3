import NetworkIO
import PeerSession
import Rendezvous
import WireFormat

/// Runs a peer on real sockets and a real signaling connection, turn by turn, for the program that owns it.
///
/// Everything happens on the owner's thread: after each turn it takes the events, changes the peer as it likes and,
/// if it did, takes another turn without waiting.
final class PeerLoop<Peer: DrivenPeer> {
    typealias Loop = DatagramLoop<PeerMachine<Peer>>

    /// Where the loop leaves events for its owner.
    private final class Inbox { var events: [DriverEvent] = [] }

    let loop: Loop
    /// Nil if the peer needs no server.
    let signaling: SignalingClient?
    private let inbox = Inbox()
    private let trust: SignalingClient.Trust
    private var connector: SecureStreamConnector?
    /// The sockets opened to get through hard NATs, by the session's sockets.
    var punchSockets: [Int: [TransportAddress]] = [:]
    /// The network changed while it could not be looked at again yet.
    private var isNetworkUnknown = false
    private let asksGateway: Bool
    /// Changes come in bursts: an interface, its addresses, its routes.
    private static var networkPause: Interval { .milliseconds(250) }
    /// Nil where the system has no rtnetlink: the addresses are those of the start then.
    private let monitor = try? AddressMonitor()

    /// - Throws: `SystemFailure` or `SignalingTransportFailure`.
    init(_ peer: Peer, server: SignalingURL?, trust: SignalingClient.Trust, session: SessionConfiguration) throws {
        let inbox = inbox
        self.trust = trust
        asksGateway = session.asksGateway
        loop = try Loop(machine: PeerMachine(peer, gateway: session.gateway)) { loop, event in
            // At once, and not when the owner has its turn: the last request may be to give the port back.
            if case .gatewayConnectionWanted(let name) = event { return Self.openGatewayConnection(name, in: loop) }
            inbox.events.append(event)
        }
        let mailbox = loop.mailbox
        signaling = try server.map { server in
            try SignalingClient(url: server, trust: trust) { attempt, event in
                mailbox.post { $0.machine.signaling(event, attempt: attempt, at: $0.now) }
            }
        }
        if let monitor {
            try loop.watch(monitor.descriptor) { _ in
                if monitor.takeChanges() { inbox.events.append(.addressesChanged) }
            }
        }
        try TerminationSignals.deliver { number in mailbox.post { $0.machine.signalled(number) } }
    }

    var peer: Peer {
        _read { yield loop.machine.peer }
        _modify { yield &loop.machine.peer }
    }

    var now: Instant { loop.now }

    subscript(timer: DriverTimer) -> Instant? {
        get { loop.machine.timers[timer] }
        set { loop.machine.timers[timer] = newValue }
    }

    /// Waits for something to happen, unless there is something to do already, and serves it.
    func turn(isBusy: Bool) { loop.turn(atMost: isBusy ? .zero : nil) }

    /// Opens one socket for each address; those that cannot be opened are left out.
    ///
    /// - Parameter port: 0 for any.
    func bind(_ addresses: [IPAddress], port: UInt16 = 0) -> [TransportAddress] {
        addresses.compactMap { try? loop.bind(TransportAddress(ip: $0, port: port)) }
    }

    /// What happened since the last call. What concerns the signaling connection, names and streams
    /// is done here.
    func takeEvents() -> [DriverEvent] {
        let events = inbox.events
        inbox.events.removeAll(keepingCapacity: true)
        watchNetwork(events)
        for case .peer(let event) in events {
            switch event {
            case .connectSignaling(let path):
                guard let signaling else { continue }
                let message = peer.firstSignalingMessage
                loop.machine.signalingAttempt = signaling.connect(path: path, firstMessage: message)
                locate(signaling.url)
            case .disconnectSignaling: signaling?.disconnect()
            case .resolve(let name): resolve(name)
            case .streamWanted(let sockets, let server, let transport):
                openStream(to: server, over: transport, sockets: sockets)
            case .socketsReleased(let sockets):
                closeStreams(sockets: sockets)
                closePunchSockets(of: sockets)
                closeListeners(sockets: sockets)
            case .punchSocketsWanted(let sockets, let count, let ip):
                openPunchSockets(count, at: ip, sockets: sockets)
            case .punchSocketsReleased(let sockets, let addresses): closePunchSockets(addresses, of: sockets)
            case .listenersWanted(let sockets, let addresses): openListeners(at: addresses, sockets: sockets)
            case .connectionWanted(_, let path, let target): openConnection(over: path, to: target)
            case .connectionReleased(let path): loop.closeStream(path)
            default: break
            }
        }
        return events
    }

    /// Lets the peer look for what works when the kernel says that addresses, interfaces or routes have changed: at once,
    /// and once more after a burst.
    private func watchNetwork(_ events: [DriverEvent]) {
        for case .addressesChanged in events { isNetworkUnknown = true }
        guard isNetworkUnknown, self[.network] == nil else { return }
        isNetworkUnknown = false
        self[.network] = now + Self.networkPause
        if asksGateway, let gateway = DefaultGateway.address {
            loop.machine.gateway = gateway
            peer.gatewayChanged(to: gateway, at: now)
        }
        peer.networkChanged(at: now)
    }

    /// Beside the connection to it, which looks it up as well.
    private func locate(_ url: SignalingURL) {
        let mailbox = loop.mailbox
        HostResolver.resolve(url.host) { addresses in
            mailbox.post { $0.machine.signalingLocated(addresses, url, at: $0.now) }
        }
    }

    private func resolve(_ name: String) {
        let mailbox = loop.mailbox
        HostResolver.resolve(name) { addresses in
            mailbox.post { $0.machine.resolved(name, addresses, at: $0.now) }
        }
    }

    /// Relays over TLS are trusted as signaling is. Made when the first is wanted: it reads all authorities.
    func secureConnector() throws(SignalingTransportFailure) -> SecureStreamConnector {
        if let connector { return connector }
        let made = try SecureStreamConnector(trust: trust)
        connector = made
        return made
    }

    /// Hands the peer's signaling messages to the connection.
    ///
    /// - Returns: whether there were any.
    func flushMessages() -> Bool {
        var count = 0
        while let message = nextMessage() {
            signaling?.send(message)
            count += 1
        }
        return count > 0
    }

    private func nextMessage() -> [UInt8]? {
        var isMessage = false
        let bytes = [UInt8](capacity: SignalingLimits.messageBytes) { output in
            isMessage = peer.pollMessage(into: &output, at: now)
        }
        return isMessage ? bytes : nil
    }

    /// Gives the connection's thread a moment to put the last messages on the wire.
    func linger() {
        let end = now + .milliseconds(20)
        while now < end { loop.turn(atMost: end - now) }
    }
}

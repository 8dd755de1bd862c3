import FileTransfer
import ICE
import Rendezvous
import ScreenCodec
import SecureChannel
import WireFormat

/// A host: waits for viewers at the server and has one session at a time, while up to `maximumNegotiations` offers are
/// being answered beside it.
///
/// With codes, each offer that is answered, however often it comes, counts as a try until its viewer has proven that it
/// knows the words; after `maximumTries` the code is burned and another one is made.
///
/// The driver carries signaling messages and datagrams, provides a set of sockets for each session, and drains
/// `pollMessage`, `pollTransmit` and `pollEvent` after each call.
public struct HostPeer {
    /// The third wrong try burns the code.
    public static let maximumTries = 3
    /// Offers under negotiation at one time; further ones are told that the host is busy.
    static let maximumNegotiations = 4

    /// How long the sockets of a session stay open after its end.
    static let farewell = Interval.milliseconds(500)

    private(set) var access: HostAccess
    private(set) var keys: StaticKeyPair
    /// The same without anything that is remembered of viewers.
    private let ownKeys: StaticKeyPair
    var configuration: SessionConfiguration
    let signaling: RendezvousClient.Configuration
    /// The name by which the driver reaches the server, which the proof of a host identifier is bound to.
    let serverName: String

    var random: SeededRandom
    /// Nil if no server introduces viewers, or does so no more.
    var rendezvous: RendezvousClient?
    /// The server has sent the host away for this reason, and what it introduced goes on yet.
    var finishReason: Reason?
    /// The owner wants no more viewers, and there is no session.
    var isClosed = false
    /// Where viewers come that nobody introduces.
    var entrance: PathEntrance?
    var directory: ServerDirectory
    var code: ConnectionCode?
    /// Whose viewers did not have the words of `code`.
    var failedOffers: Set<[UInt8]> = []
    /// Gathers candidates for the next viewer, while there is none.
    var standby: StandbySession?
    /// The servers that it does so with.
    var standbyServers: [TraversalServer] = []
    /// It began since the host came to the server.
    var isStandbyCurrent = false
    /// The session whose viewer has proven itself.
    var active: HostedSession?
    /// Answered offers whose viewers have not.
    var negotiations: [HostedSession] = []
    /// Sessions that are over and have their last packets to send.
    var leaving: [(sockets: SocketSet, session: Session<ScreenSender>, until: Instant)] = []
    var socketSets: [SocketSet] = []
    var nextSocketSet = 0
    var events = EventQueue<PeerEvent>()
    /// How the packet that was written last is to be marked.
    public private(set) var transmittedECN = ECNCodepoint.notCapable

    /// The screen as sessions begin with it, kept up to date while there is one.
    var screen: ScreenSender

    /// - Parameters:
    ///   - serverName: nil if no server introduces viewers, and they come where the host listens.
    ///   - screenWidth: in pixels.
    ///   - screenHeight: in pixels.
    public init(
        access: HostAccess, keys: StaticKeyPair, configuration: SessionConfiguration = SessionConfiguration(),
        signaling: RendezvousClient.Configuration = RendezvousClient.Configuration(), serverName: String?,
        screenWidth: Int, screenHeight: Int, signalingAddress: IPAddress? = nil, random: SeededRandom,
        at now: Instant
    ) {
        self.access = access
        ownKeys = keys
        self.keys = Self.remembering(access, keys)
        self.configuration = configuration
        self.signaling = signaling
        self.serverName = serverName ?? ""
        self.random = random
        screen = ScreenSender(width: screenWidth, height: screenHeight)
        directory = ServerDirectory(signalingAddress: signalingAddress)
        guard serverName != nil else { return }
        rendezvous = RendezvousClient(
            purpose: Self.purpose(access, keys), configuration: signaling, random: self.random.fork(), now: now)
        events.append(.socketsWanted)
        process(at: now)
    }

    /// Viewers whose part of each handshake is computed beforehand: some milliseconds' worth.
    private static let maximumRememberedViewers = 64

    private static func remembering(_ access: HostAccess, _ keys: StaticKeyPair) -> StaticKeyPair {
        guard case .authorizedKeys(let viewers) = access else { return keys }
        return keys.remembering(viewers.keys.prefix(maximumRememberedViewers))
    }

    /// Lets others in from now on than before; a viewer that is in stays. Nothing for a host with codes.
    public mutating func authorize(_ viewers: AuthorizedViewers) {
        guard case .authorizedKeys = access else { return }
        access = .authorizedKeys(viewers)
        keys = Self.remembering(access, ownKeys)
    }

    static func purpose(_ access: HostAccess, _ keys: StaticKeyPair) -> RendezvousClient.Purpose {
        if case .authorizedKeys = access, let identifier = HostIdentifier(keys.publicKey.bytes) {
            return .hostIdentity(identifier)
        }
        return .hostRoom(nil)
    }

    /// The session whose viewer has proven itself, if there is one.
    public var session: Session<ScreenSender>? { active?.session }

    public mutating func pollEvent() -> PeerEvent? { events.popFirst() }

    /// When to call `advance` next; mutating as `Session.nextDeadline` is.
    public var nextDeadline: Instant? {
        mutating get {
            var earliest = Instant.earlier(rendezvous?.nextDeadline, active?.session.nextDeadline)
            earliest = Instant.earlier(earliest, standby?.session.nextDeadline)
            earliest = Instant.earlier(earliest, entrance?.listener.nextDeadline)
            for index in negotiations.indices {
                earliest = Instant.earlier(earliest, negotiations[index].session.nextDeadline)
            }
            for index in leaving.indices {
                earliest = Instant.earlier(earliest, leaving[index].until)
                earliest = Instant.earlier(earliest, leaving[index].session.nextDeadline)
            }
            return negotiations.isEmpty ? earliest : Instant.earlier(earliest, successionDeadline)
        }
    }

    public mutating func advance(to now: Instant) {
        rendezvous?.advance(to: now)
        entrance?.listener.advance(to: now)
        active?.session.advance(to: now)
        standby?.session.advance(to: now)
        for index in negotiations.indices { negotiations[index].session.advance(to: now) }
        for index in leaving.indices { leaving[index].session.advance(to: now) }
        while let index = leaving.firstIndex(where: { $0.until <= now }) {
            events.append(.socketsReleased(leaving.remove(at: index).sockets.number))
        }
        process(at: now)
    }

    /// Hands a datagram to the session that the socket belongs to.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint = .notCapable, at now: Instant
    ) {
        if entrance?.addresses.contains(path.local) == true {
            receiveAtEntrance(datagram, on: path, ecn: ecn, at: now)
        } else if active?.sockets.addresses.contains(path.local) == true {
            active?.session.receive(datagram, on: path, ecn: ecn, at: now)
        } else if let index = negotiations.firstIndex(where: { $0.sockets.addresses.contains(path.local) }) {
            negotiations[index].session.receive(datagram, on: path, ecn: ecn, at: now)
        } else if standby?.sockets.addresses.contains(path.local) == true {
            standby?.session.receive(datagram, on: path, at: now)
        } else if path.transport != .udp {
            changeSession(withGatewayConnection: path) { $0.receive(datagram, on: path, at: now) }
        }
        process(at: now)
    }

    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        transmittedECN = .notCapable
        if let path = active?.session.pollTransmit(into: &packet, at: now) {
            transmittedECN = active?.session.transmittedECN ?? .notCapable
            return path
        }
        if let path = entrance?.listener.pollTransmit(into: &packet, at: now) { return path }
        if let path = standby?.session.pollTransmit(into: &packet, at: now) { return path }
        for index in negotiations.indices {
            guard let path = negotiations[index].session.pollTransmit(into: &packet, at: now) else { continue }
            transmittedECN = negotiations[index].session.transmittedECN
            return path
        }
        for index in leaving.indices {
            if let path = leaving[index].session.pollTransmit(into: &packet, at: now) { return path }
        }
        return nil
    }

    /// The driver has bound these sockets for the next session.
    public mutating func addSockets(_ addresses: [TransportAddress]) {
        socketSets.append(SocketSet(number: nextSocketSet, addresses: addresses))
        nextSocketSet += 1
    }
}

/// Connections to TURN servers.
extension HostPeer {
    /// A connection that `streamWanted` asked for is open.
    public mutating func streamOpened(
        _ local: TransportAddress, transport: TransportProtocol, server: TransportAddress? = nil, sockets: Int,
        at now: Instant
    ) {
        if standby?.sockets.number == sockets {
            standby?.sockets.addresses.append(local)
            standby?.session.addSocket(local, transport: transport, server: server, at: now)
        }
        changeSession(with: sockets) { hosted in
            hosted.sockets.addresses.append(local)
            hosted.session.addSocket(local, transport: transport, server: server, at: now)
        }
        process(at: now)
    }

    /// A connection that `streamWanted` asked for could not be opened.
    public mutating func streamFailed(
        _ server: TransportAddress, transport: TransportProtocol, sockets: Int, at now: Instant
    ) {
        if standby?.sockets.number == sockets {
            standby?.session.streamFailed(server, transport: transport, at: now)
        }
        changeSession(with: sockets) { $0.session.streamFailed(server, transport: transport, at: now) }
        process(at: now)
    }

    /// A connection to a TURN server is closed.
    public mutating func streamClosed(_ local: TransportAddress, transport: TransportProtocol, at now: Instant) {
        if standby?.sockets.addresses.contains(local) == true {
            standby?.sockets.addresses.removeAll { $0 == local }
            standby?.session.removeSocket(local, transport: transport, at: now)
            return process(at: now)
        }
        let owner = ([active].compactMap { $0 } + negotiations).first { $0.sockets.addresses.contains(local) }
        guard let number = owner?.sockets.number else { return }
        changeSession(with: number) { hosted in
            hosted.sockets.addresses.removeAll { $0 == local }
            hosted.session.removeSocket(local, transport: transport, at: now)
        }
        process(at: now)
    }

    /// The sockets that `punchSocketsWanted` asked for, as far as they could be opened. The driver closes them with the
    /// others of their session, unless they are released before.
    public mutating func addPunchSockets(_ addresses: [TransportAddress], sockets: Int, at now: Instant) {
        changeSession(with: sockets) { hosted in
            hosted.sockets.addresses += addresses
            hosted.session.addPunchSockets(addresses, at: now)
        }
        process(at: now)
    }

    /// A connection to the gateway was closed by it, or could not be opened.
    public mutating func gatewayConnectionEnded(_ path: Path, isFailure: Bool, at now: Instant) {
        changeSession(withGatewayConnection: path) { $0.gatewayConnectionEnded(path, isFailure: isFailure, at: now) }
        process(at: now)
    }

    private mutating func changeSession(
        withGatewayConnection path: Path, _ change: (inout Session<ScreenSender>) -> Void
    ) {
        if active?.session.isGatewayConnection(path) == true {
            active?.apply(change)
        } else if let index = negotiations.firstIndex(where: { $0.session.isGatewayConnection(path) }) {
            negotiations[index].apply(change)
        }
    }

    mutating func changeSession(with sockets: Int, _ change: (inout HostedSession) -> Void) {
        if var hosted = active, hosted.sockets.number == sockets {
            active = nil
            change(&hosted)
            active = hosted
        } else if let index = negotiations.firstIndex(where: { $0.sockets.number == sockets }) {
            change(&negotiations[index])
        }
    }
}

/// The screen.
extension HostPeer {
    /// Changes the screen: a capture of what was damaged, or another size.
    public mutating func updateScreen(_ change: (inout ScreenSender) -> Void) {
        if active != nil {
            active?.session.updateScreen(change)
            active?.session.screen.isHeld = false
        } else {
            change(&screen)
            for index in negotiations.indices { negotiations[index].session.updateScreen(change) }
        }
    }

    /// Tells the viewer the shape of the pointer.
    public mutating func send(_ cursor: CursorShape) { active?.session.send(cursor) }

    /// What the other side takes of files that are copied here.
    public var wantedPastes: PasteLimits { active?.session.wantedPastes ?? .nothing }

    /// The announcements of this side whose files are still given.
    public var givenPastes: Set<UInt64> { active?.session.givenPastes ?? [] }

    /// How far pastes are: see `Session`.
    public func pasteProgress(_ direction: FileProgress.Direction) -> PasteProgress? {
        active?.session.pasteProgress(direction)
    }

    /// From now on keeps what sessions send, for a recording that began at a moment.
    public mutating func record(since beganAt: Instant) { screen.tap = ScreenTap(beganAt: beganAt) }

    /// Hands out what the session sent since the last call, as whole events of a recording.
    public mutating func takeRecorded(at now: Instant) -> [UInt8] {
        active?.session.screen.tap?.take(at: now) ?? []
    }

    /// Whether `screen` may not be as the screen is now: it follows while negotiations have its captures, and those that began
    /// beside a session have none.
    var isScreenOld: Bool { active != nil || negotiations.contains { $0.session.screen.isHeld } }

    /// Whether anyone looks, or is about to: otherwise nothing need be captured.
    public var isScreenWanted: Bool { active?.session.isScreenWanted ?? !negotiations.isEmpty }
}

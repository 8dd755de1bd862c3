import FileTransfer
import ICE
import Rendezvous
import ScreenCodec
import SecureChannel
import WireFormat

/// A viewer: asks the server for a host, and has one session with it.
///
/// The driver carries signaling messages and datagrams, and drains `pollMessage`, `pollTransmit` and `pollEvent` after
/// each call.
public struct ViewerPeer {
    public internal(set) var session: Session<ScreenReceiver>
    /// Nil if nobody introduces it to the host.
    var rendezvous: RendezvousClient?
    /// While it knocks at the host's own address.
    var initiator: PathInitiator?
    /// What came back for that, and cannot be relied on.
    public private(set) var pathHint: PathInitiator.Hint?
    private var directory: ServerDirectory
    private var servers: [TraversalServer] = []
    private var name: SessionIdentifier?
    var events = EventQueue<PeerEvent>()
    private var isConcluded = false
    /// How the packet that was written last is to be marked.
    public private(set) var transmittedECN = ECNCodepoint.notCapable
    private let isReporting: Bool
    private let host: HostCredential
    private let keys: StaticKeyPair
    private let limits: Decoder.Limits
    /// As the driver asked for it, whatever the server's policy makes of it.
    private var configuration: SessionConfiguration
    /// The name by which the driver reaches the server; nil if that is not told who comes.
    private let identifyingServer: String?
    private var random: SeededRandom

    /// - Parameters:
    ///   - host: how the viewer knows the host; it also says where to look for it.
    ///   - sockets: the local addresses that the driver has bound.
    ///   - signalingAddress: the server's address, if the driver knows it already.
    ///   - identifyingServer: the name by which the driver reaches the server, which is told the viewer's key, with a proof, if
    ///     its policy asks for it; nil tells it nothing.
    public init(
        _ host: HostCredential, keys: StaticKeyPair, configuration: SessionConfiguration = SessionConfiguration(),
        signaling: RendezvousClient.Configuration = RendezvousClient.Configuration(),
        limits: Decoder.Limits = Decoder.Limits(), sockets: [TransportAddress], signalingAddress: IPAddress? = nil,
        identifyingServer: String? = nil, random: SeededRandom, at now: Instant
    ) throws(HandshakeFailure) {
        var random = random
        let (session, offer) = try Session<ScreenReceiver>.view(
            host, keys: keys, configuration: configuration, limits: limits, sockets: sockets, random: &random, at: now)
        guard let venue = Venue(host) else { throw .malformed }
        self.session = session
        isReporting = configuration.isReporting
        directory = ServerDirectory(signalingAddress: signalingAddress)
        (self.host, self.keys, self.limits, self.configuration) = (host, keys, limits, configuration)
        self.identifyingServer = identifyingServer
        let rendezvous = RendezvousClient(
            purpose: .join(venue, offer: offer), configuration: signaling, random: random.fork(), now: now)
        self.random = random
        self.rendezvous = rendezvous
        process(at: now)
    }

    /// A viewer that goes straight to a host's own address, with no server between.
    ///
    /// - Parameters:
    ///   - remote: where the host listens.
    ///   - key: the host's.
    ///   - sockets: the local addresses that the driver has bound, that which the route to the host takes first.
    public init(
        at remote: TransportAddress, key: PublicKey, keys: StaticKeyPair,
        configuration: SessionConfiguration = SessionConfiguration(), limits: Decoder.Limits = Decoder.Limits(),
        sockets: [TransportAddress], random: SeededRandom, at now: Instant
    ) throws(HandshakeFailure) {
        var random = random
        let (session, blob) = try Session<ScreenReceiver>.view(
            .publicKey(key), over: .pathAlone, keys: keys, configuration: configuration.onPathAlone, limits: limits,
            sockets: sockets, random: &random, at: now)
        guard let offer = Offer(decoding: blob.span), let identifier = InitiationIdentifier(bytes: offer.nonce) else {
            throw .malformed
        }
        self.session = session
        isReporting = configuration.isReporting
        directory = ServerDirectory(signalingAddress: nil)
        (host, self.keys, self.limits, self.configuration) = (.publicKey(key), keys, limits, configuration)
        identifyingServer = nil
        self.random = random
        initiator = PathInitiator(
            identifier: identifier, message: offer.message, host: key, remote: remote, sockets: sockets, at: now)
        if initiator == nil { throw .malformed }
    }

    public mutating func pollEvent() -> PeerEvent? { events.popFirst() }

    /// When to call `advance` next; mutating as `Session.nextDeadline` is.
    public var nextDeadline: Instant? {
        mutating get {
            let own = Instant.earlier(rendezvous?.nextDeadline, initiator?.nextDeadline)
            return Instant.earlier(session.nextDeadline, own)
        }
    }

    public mutating func advance(to now: Instant) {
        session.advance(to: now)
        rendezvous?.advance(to: now)
        initiator?.advance(to: now)
        process(at: now)
    }

    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint = .notCapable, at now: Instant
    ) {
        if initiator != nil, isReply(datagram) {
            try? initiator?.receive(datagram, on: path, at: now)
        } else {
            session.receive(datagram, on: path, ecn: ecn, at: now)
        }
        process(at: now)
    }

    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        transmittedECN = .notCapable
        if let path = initiator?.pollTransmit(into: &packet, at: now) { return path }
        let path = session.pollTransmit(into: &packet, at: now)
        transmittedECN = session.transmittedECN
        return path
    }

    private func isReply(_ datagram: Span<UInt8>) -> Bool {
        guard datagram.count > 0 else { return false }
        return switch DatagramKind(firstByte: datagram[0]) {
        case .handshake, .notice: true
        case .record, nil: false
        }
    }

    /// Sends what the viewer's hands did.
    @discardableResult
    public mutating func send(_ input: InputEvent) -> Bool { session.send(input) }

    /// Whether another event would go out at once.
    public var hasRoomForInput: Bool { session.hasRoomForInput }

    /// Sends a file, or asks for one: see `Session`.
    public mutating func sendFile(_ path: String, at now: Instant) -> TransferIdentifier? {
        defer { process(at: now) }
        return session.sendFile(path, at: now)
    }

    public mutating func requestFile(_ name: FileName, at now: Instant) -> TransferIdentifier? {
        defer { process(at: now) }
        return session.requestFile(name, at: now)
    }

    /// What the other side takes of files that are copied here.
    public var wantedPastes: PasteLimits { session.wantedPastes }

    /// The announcements of this side whose files are still given.
    public var givenPastes: Set<UInt64> { session.givenPastes }

    /// How far pastes are: see `Session`.
    public func pasteProgress(_ direction: FileProgress.Direction) -> PasteProgress? {
        session.pasteProgress(direction)
    }

    /// From now on keeps what the session receives, for a recording that began at a moment.
    public mutating func record(since beganAt: Instant) { session.screen.tap = ScreenTap(beganAt: beganAt) }

    /// Hands out what the session received since the last call, as whole events of a recording.
    public mutating func takeRecorded(at now: Instant) -> [UInt8] { session.screen.tap?.take(at: now) ?? [] }

    /// Hands out the parts of the picture that changed since the last call.
    public mutating func takeDamage(_ body: (Rectangle) -> Void) { session.takeDamage(body) }

    /// A connection that `streamWanted` asked for is open.
    public mutating func streamOpened(
        _ local: TransportAddress, transport: TransportProtocol, server: TransportAddress? = nil, sockets: Int = 0,
        at now: Instant
    ) {
        session.addSocket(local, transport: transport, server: server, at: now)
        process(at: now)
    }

    /// A connection that `streamWanted` asked for could not be opened.
    public mutating func streamFailed(
        _ server: TransportAddress, transport: TransportProtocol, sockets: Int = 0, at now: Instant
    ) {
        session.streamFailed(server, transport: transport, at: now)
        process(at: now)
    }

    /// A connection to a TURN server is closed.
    public mutating func streamClosed(_ local: TransportAddress, transport: TransportProtocol, at now: Instant) {
        session.removeSocket(local, transport: transport, at: now)
        process(at: now)
    }

    /// The sockets that `punchSocketsWanted` asked for, as far as they could be opened.
    public mutating func addPunchSockets(_ addresses: [TransportAddress], sockets: Int = 0, at now: Instant) {
        session.addPunchSockets(addresses, at: now)
        process(at: now)
    }

    /// A TCP port that `listenersWanted` asked for is open.
    public mutating func listenerOpened(_ local: TransportAddress, sockets: Int = 0, at now: Instant) {
        session.addListener(local, at: now)
        process(at: now)
    }

    /// A connection that `connectionWanted` asked for is open, or was there already.
    public mutating func connectionOpened(_ path: Path, at now: Instant) {
        session.connectionOpened(path, at: now)
        process(at: now)
    }

    /// A connection of such a port is closed, or could not be opened.
    public mutating func connectionClosed(_ path: Path, at now: Instant) {
        session.connectionClosed(path, at: now)
        process(at: now)
    }

    /// Whether a connection that such a port took is of use.
    public func usesConnection(_ path: Path) -> Bool { session.usesConnection(path) }

    /// Ends the session; `ended` follows, after which the driver calls `conclude`.
    public mutating func close(text: String = "", at now: Instant) {
        session.close(text: text, at: now)
        process(at: now)
    }

    /// Reports the figures of a session that has ended, and leaves signaling.
    public mutating func conclude(_ report: SessionReport?, at now: Instant) {
        guard !isConcluded else { return }
        isConcluded = true
        if let name {
            if let report, isReporting { try? rendezvous?.report(report, for: name) }
            try? rendezvous?.leave(name, session.end == .wrongCode ? .refused : .finished)
        }
        if rendezvous == nil { events.append(.finished(.finished)) }
        rendezvous?.finish(.finished)
        drainRendezvous(at: now)
    }

    /// Reports the figures of a session that goes on.
    public mutating func report(_ report: SessionReport) {
        if let name, isReporting { try? rendezvous?.report(report, for: name) }
    }
}

/// Signaling.
extension ViewerPeer {
    /// The network may be back, or be another one: an address came, an interface came up. The session and signaling look
    /// at once for what works.
    public mutating func networkChanged(at now: Instant) {
        rendezvous?.networkChanged(at: now)
        session.networkChanged(at: now)
        learn(servers)
        process(at: now)
    }

    /// The default gateway, which forwards ports to sessions that ask for them, may be another one.
    public mutating func gatewayChanged(to gateway: IPAddress, at now: Instant) {
        if configuration.asksGateway { configuration.gateway = gateway }
        session.gatewayChanged(to: gateway, at: now)
        process(at: now)
    }

    /// What may go to the server along with the request for the connection, before it is open.
    public var firstSignalingMessage: [UInt8]? { rendezvous?.firstMessage }

    /// Where the signaling server is, found before there is a connection to it. It is mostly a STUN server as well, and
    /// a relay: what it has to say does not wait for the connection.
    public mutating func signalingLocated(_ addresses: [IPAddress], port: UInt16, isSecure: Bool, at now: Instant) {
        guard servers.isEmpty else { return }
        // One of each family, as the system prefers them.
        let found = [addresses.first(where: \.isIPv4), addresses.first { !$0.isIPv4 }].compactMap { $0 }
        session.expectServers(
            found.flatMap { ServerDirectory.expected(at: $0, signalingPort: port, isSecure: isSecure) }, at: now)
        process(at: now)
    }

    /// The connection that `connectSignaling` asked for is there, but not ready for messages yet.
    public mutating func signalingReached(at now: Instant) {
        rendezvous?.transportReached(at: now)
        if let roundTrip = rendezvous?.roundTrip { session.noteServerRoundTrip(roundTrip, at: now) }
        process(at: now)
    }

    /// The driver has opened the connection that `connectSignaling` asked for.
    ///
    /// - Parameter isFirstMessageTaken: the server has got `firstSignalingMessage`.
    public mutating func signalingOpened(
        serverAddress: IPAddress?, isFirstMessageTaken: Bool = false, at now: Instant
    ) {
        if let serverAddress { directory.signalingAddress = serverAddress }
        rendezvous?.transportOpened(isFirstMessageTaken: isFirstMessageTaken, at: now)
        process(at: now)
    }

    /// The connection could not be opened, or is lost.
    ///
    /// - Parameter isUnknown: the server says that there is nothing at this path.
    public mutating func signalingClosed(isUnknown: Bool = false, at now: Instant) {
        rendezvous?.transportClosed(isUnknown: isUnknown, at: now)
        process(at: now)
    }

    public mutating func receiveMessage(_ message: Span<UInt8>, at now: Instant) {
        try? rendezvous?.receive(message, at: now)
        process(at: now)
    }

    /// Writes the next signaling message.
    ///
    /// - Returns: false if there is none.
    public mutating func pollMessage(into message: inout OutputSpan<UInt8>, at now: Instant) -> Bool {
        rendezvous?.pollTransmit(into: &message, at: now) ?? false
    }

    /// The addresses of a name that `resolve` asked for.
    public mutating func resolved(_ name: String, _ addresses: [IPAddress], at now: Instant) {
        directory.learn(name, addresses)
        session.setServers(directory.servers(for: servers), roundTrip: rendezvous?.roundTrip, at: now)
        process(at: now)
    }

    mutating func process(at now: Instant) {
        drainRendezvous(at: now)
        drainInitiator(at: now)
        drainSession(at: now)
        rendezvous?.setNeeded(session.needsSignaling, at: now)
    }

    private mutating func drainRendezvous(at now: Instant) {
        while let event = rendezvous?.pollEvent() {
            switch event {
            case .connect(let path): events.append(.connectSignaling(path: path))
            case .disconnect(let reason): events.append(.disconnectSignaling(reason))
            case .identityWanted(let challenge): identify(challenge)
            case .termsOffered(let terms): if !session.isEstablished { agree(to: terms, at: now) }
            case .joined(let name, let servers, let permit):
                // Asked for while nothing could be said of the session that goes on.
                if session.isEstablished {
                    try? rendezvous?.leave(name, .finished)
                    continue
                }
                self.name = name
                hold(to: permit?.terms, at: now)
                use(servers, at: now)
            case .answered(_, let blob): session.receiveAnswer(blob.span, at: now)
            case .trickled(_, let blob): session.receiveSignal(blob.span, at: now)
            case .met(_, let servers):
                events.append(.signalingRestored)
                learn(servers)
                session.signalingRestored(
                    directory.servers(for: servers), roundTrip: rendezvous?.roundTrip, at: now)
            case .detached: events.append(.signalingLost)
            case .refused(let subject, let reason): refused(subject, reason, at: now)
            case .ended(_, let reason): signalingEnded(reason, at: now)
            case .finished(let reason): signalingFinished(reason, at: now)
            case .delayed(let subject, let reason):
                if subject == .joining { session.waitForHost(at: now) }
                events.append(.signalingDelayed(reason))
            case .welcome, .challenge, .hosting, .standby, .incoming, .roomClosed: break
            }
        }
    }

    /// Only an authentic answer ends the knocking, or the session that nobody answered.
    private mutating func drainInitiator(at now: Instant) {
        while case .answer(let message, let path)? = initiator?.pollEvent() {
            session.receiveAnswer(message.span, at: now)
            if session.isEstablished { session.addRemoteAddress(path.remote, at: now) }
        }
        pathHint = initiator?.hint ?? pathHint
        if session.isEstablished || session.end != nil { initiator = nil }
    }

    private mutating func learn(_ servers: [TraversalServer]) {
        self.servers = servers
        for name in directory.unknownNames(in: servers) { events.append(.resolve(name)) }
    }

    private mutating func use(_ servers: [TraversalServer], at now: Instant) {
        learn(servers)
        session.setServers(directory.servers(for: servers), roundTrip: rendezvous?.roundTrip, at: now)
    }

    private mutating func refused(_ subject: Subject, _ reason: Reason, at now: Instant) {
        events.append(.signalingRefused(reason))
        if subject == .joining, !session.isEstablished { session.close(.refusedByServer(reason), at: now) }
    }

    /// The same holds for the server's word that it does nothing more for this viewer, who is finished when the session is
    /// concluded.
    private mutating func signalingFinished(_ reason: Reason, at now: Instant) {
        if isConcluded { return events.append(.finished(reason)) }
        rendezvous = nil
        if session.figures.setup != nil { return events.append(.signalingEnded(reason)) }
        session.close(.refusedByServer(reason), at: now)
    }

    /// The server's or the host's word that it is over counts only while there was no path to the host: until then the
    /// server could as well stay silent.
    private mutating func signalingEnded(_ reason: Reason, at now: Instant) {
        if session.isEstablished, session.figures.setup != nil { return events.append(.signalingLost) }
        events.append(.signalingRefused(reason))
        session.close(.refusedByServer(reason), at: now)
    }

    private mutating func drainSession(at now: Instant) {
        while let event = session.pollEvent() {
            switch event {
            case .signal(let blob): if let name { try? rendezvous?.trickle(name, blob) }
            case .streamWanted(let server, let transport):
                events.append(.streamWanted(sockets: 0, server, transport))
            case .punchSocketsWanted(let count, let ip):
                events.append(.punchSocketsWanted(sockets: 0, count: count, at: ip))
            case .punchSocketsReleased(let addresses):
                events.append(.punchSocketsReleased(sockets: 0, addresses))
            case .listenersWanted(let addresses): events.append(.listenersWanted(sockets: 0, addresses))
            case .connectionWanted(let path, let target):
                events.append(.connectionWanted(sockets: 0, path, to: target))
            case .connectionReleased(let path): events.append(.connectionReleased(path))
            case .authenticated(let meeting):
                if let name, let meeting = MeetingIdentifier(meeting) {
                    try? rendezvous?.setMeeting(meeting, for: name, at: now)
                }
                events.append(.session(event))
            default: events.append(.session(event))
            }
        }
    }
}

/// A server's policy.
extension ViewerPeer {
    /// Tells the server who comes, if the driver lets it.
    private mutating func identify(_ bytes: [UInt8]) {
        guard let server = identifyingServer, let challenge = HostIdentityChallenge(bytes.span),
            let proof = HostIdentityProof.answer(challenge, keys: keys, server: server, as: .viewer),
            let key = HostIdentifier(keys.publicKey.bytes)
        else {
            try? rendezvous?.identify(nil, proof: [])
            return events.append(.identified(nil))
        }
        try? rendezvous?.identify(key, proof: proof)
        events.append(.identified(keys.publicKey))
    }

    /// Begins anew, with an offer that names no address the terms forbid; the one before has gone no farther than the server,
    /// which cannot read it.
    private mutating func agree(to terms: SessionTerms, at now: Instant) {
        guard session.end == nil else { return }
        do throws(Reason) {
            let held = try configuration.held(to: terms, isHost: false)
            let before = session
            var random = random.fork()
            guard
                let begun = try? Session<ScreenReceiver>.view(
                    host, keys: keys, configuration: held, limits: limits, sockets: before.sockets,
                    random: &random, at: now)
            else { throw .unspecified }
            session = begun.session
            session.startedAt = before.startedAt
            session.screen.tap = before.screen.tap
            session.adoptMappings(of: before, at: now)
            try? rendezvous?.agree(offer: begun.offer)
        } catch {
            session.close(.refusedByServer(error), at: now)
        }
    }

    /// A server that would have the session go a way that its terms forbid is not believed.
    private mutating func hold(to terms: SessionTerms?, at now: Instant) {
        guard let terms, !terms.isEmpty else { return }
        guard session.configuration.keeps(to: terms) else {
            return session.close(.refusedByServer(.pathForbidden), at: now)
        }
        session.policyLimit = terms.timeLimit
        events.append(.terms(terms))
    }
}

import FileTransfer
import ICE
import ScreenCodec
import SecureChannel
import Transport
import WireFormat

/// The host's half of the handshake.
extension Session where Screen == ScreenSender {
    /// Begins to gather candidates for a viewer that has not come yet: its `answer` will hold them all, and need not wait
    /// for any round trip.
    public static func standby(
        screen: ScreenSender, configuration: SessionConfiguration = SessionConfiguration(),
        sockets: [TransportAddress], servers: [Agent.Server], roundTrip: Interval? = nil,
        random: inout SeededRandom, at now: Instant
    ) -> Session {
        let agent = makeAgent(
            role: .controlled, configuration: configuration, sockets: sockets, servers: servers, random: &random,
            at: now)
        var session = Session(
            phase: .waiting, agent: agent, screen: screen, isHost: true, configuration: configuration,
            sockets: sockets, random: random.fork(), at: now)
        session.startStreams(servers, roundTrip: roundTrip, at: now)
        session.process(at: now)
        return session
    }

    /// Reads a viewer's offer and, if the viewer may come, turns a session that waits into one with that viewer, whose
    /// first event is the answer.
    ///
    /// With a code, each offer so answered is a try until its session is established: the owner counts them.
    ///
    /// - Parameters:
    ///   - screen: as it is now.
    ///   - servers: those with this session's credentials; none if they are not known yet.
    /// - Throws: why the viewer is not let in. The session is of no use then.
    public mutating func answer(
        _ viewer: ViewerCredential, offer blob: Span<UInt8>, keys: StaticKeyPair, screen: ScreenSender,
        servers: [Agent.Server], roundTrip: Interval? = nil, random: inout SeededRandom, at now: Instant
    ) throws(SessionRefusal) {
        guard case .waiting = phase else { throw .malformed }
        guard let offer = Offer(decoding: blob) else { throw .malformed }
        let opened = try OpenedOffer(offer, for: viewer, keys: keys, random: &random)
        try answer(opened, from: viewer, screen: screen, servers: servers, roundTrip: roundTrip, at: now)
    }

    /// The same with an offer that was read before.
    mutating func answer(
        _ offer: OpenedOffer, from viewer: ViewerCredential, screen: ScreenSender, servers: [Agent.Server],
        roundTrip: Interval? = nil, at now: Instant
    ) throws(SessionRefusal) {
        guard case .waiting = phase else { throw .malformed }
        let description = try offer.description(letting: viewer)
        way = offer.way
        limit(by: offer.terms(of: viewer))
        begin(offer.handshake, screen, servers, roundTrip, at: now)
        try answer(offer.handshake, description, at: now)
    }

    /// Nothing of clipboard and files has been said yet.
    private mutating func limit(by terms: ViewerTerms) {
        guard terms != ViewerTerms() else { return }
        configuration = configuration.limited(by: terms)
        clipboardOffer = configuration.isViewOnly ? .nothing : configuration.clipboard
        isClipboardGiven = !configuration.clipboard.selections.isEmpty
        pasteBoard = PasteBoard(isHost: true, configuration)
        clipboardReceiver = ClipboardReceiver(clipboardOffer, paste: pasteBoard.taken)
        fileChannel = .named(isHost: true, configuration.files)
        pasteChannel = .pasted(pasteBoard)
    }

    /// From here on there is a viewer.
    private mutating func begin(
        _ handshake: Handshake, _ screen: ScreenSender, _ servers: [Agent.Server], _ roundTrip: Interval?,
        at now: Instant
    ) {
        drainAgent(at: now)
        untoldCandidates = agent.candidates
        phase = .answered(handshake)
        self.screen = screen
        startedAt = now
        heardAt = now
        spokeAt = now
        transport = Connection(configuration: configuration.transport, path: PathIdentifier(0), at: now)
        deadlines[.standby] = nil
        deadlines[.handshake] = now + configuration.handshakeTimeout
        startMapping(at: now)
        if !servers.isEmpty {
            agent.setServers(servers, at: now)
            startStreams(servers, roundTrip: roundTrip, at: now)
        }
        // A NAT may have got another mapping since it was asked last.
        agent.renewMappings(at: now)
    }

    /// A session that begins with the viewer's offer.
    ///
    /// - Throws: why the viewer is not let in.
    public static func host(
        _ viewer: ViewerCredential, offer: Span<UInt8>, keys: StaticKeyPair, screen: ScreenSender,
        configuration: SessionConfiguration = SessionConfiguration(), sockets: [TransportAddress],
        servers: [Agent.Server], roundTrip: Interval? = nil,
        random: inout SeededRandom, at now: Instant
    ) throws(SessionRefusal) -> Session {
        var session = standby(
            screen: screen, configuration: configuration, sockets: sockets, servers: [], random: &random, at: now)
        try session.answer(
            viewer, offer: offer, keys: keys, screen: screen, servers: servers, roundTrip: roundTrip, random: &random,
            at: now)
        return session
    }

    private mutating func answer(
        _ handshake: Handshake, _ description: SessionDescription?, at now: Instant
    ) throws(SessionRefusal) {
        var handshake = handshake
        drainAgent(at: now)
        do {
            let own = way == .pathAlone ? takeDescription(of: OpenedOffer.maximumAnswer) : takeDescription()
            let message = try handshake.writeMessage(payload: own.encoded.span)
            meeting = try Self.meeting(after: handshake)
            events.append(.answer(message))
            if handshake.isFinished {
                try establish(handshake, at: now)
                tellPolicy()
            } else {
                box = try SealedBox(handshake)
                phase = .answered(handshake)
            }
        } catch {
            throw .notAuthentic
        }
        if let description { adopt(description, at: now) }
        process(at: now)
    }

    /// Tells the viewer the shape of the pointer, or, if the path is slow, one that follows it soon.
    public mutating func send(_ cursor: CursorShape) {
        unsentCursor = cursor
        flushControl()
    }

    /// Lets the owner change the screen: a capture, another size.
    public mutating func updateScreen(_ change: (inout ScreenSender) -> Void) { change(&screen) }
}

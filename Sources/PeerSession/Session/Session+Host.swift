import ICE
import ScreenCodec
import SecureChannel
import WireFormat

/// The host's half of the handshake.
extension Session where Screen == ScreenSender {
    /// Reads a viewer's offer and, if the viewer may come, begins a session whose first event is the answer.
    ///
    /// With a code, each session begun is a try until it is established: the owner counts them.
    ///
    /// - Throws: why the viewer is not let in.
    public static func host(
        _ viewer: ViewerCredential, offer blob: Span<UInt8>, keys: StaticKeyPair, screen: ScreenSender,
        configuration: SessionConfiguration = SessionConfiguration(), sockets: [TransportAddress],
        servers: [Agent.Server], roundTrip: Interval? = nil,
        random: inout SeededRandom, at now: Instant
    ) throws(SessionRefusal) -> Session {
        guard let offer = Offer(decoding: blob) else { throw .malformed }
        guard offer.version == Prologue.currentVersion else { throw .badVersion }
        let prologue = Prologue(sessionIdentifier: offer.nonce)
        var handshake: Handshake
        switch (viewer, offer.pattern) {
        case (.code(let code), .code):
            handshake = .responder(code: code, keys: keys, prologue: prologue, random: &random)
        case (.authorizedKeys, .pinnedKey):
            handshake = .responder(pinnedKeys: keys, prologue: prologue, random: &random)
        default: throw .wrongPattern
        }
        let description = try read(offer, with: &handshake, letting: viewer)
        let agent = makeAgent(
            role: .controlled, configuration: configuration, sockets: sockets, servers: servers, random: &random,
            at: now)
        var session = Session(
            phase: .answered(handshake), agent: agent, screen: screen, configuration: configuration,
            sockets: sockets, random: random.fork(), at: now)
        session.startStreams(servers, roundTrip: roundTrip, at: now)
        try session.answer(handshake, description, at: now)
        return session
    }

    /// Reads message 1 and, of a pinned handshake, checks whose key it is.
    private static func read(
        _ offer: Offer, with handshake: inout Handshake, letting viewer: ViewerCredential
    ) throws(SessionRefusal) -> SessionDescription? {
        let payload: [UInt8]
        do { payload = try handshake.readMessage(offer.message.span) } catch { throw .notAuthentic }
        guard case .authorizedKeys(let keys) = viewer else { return nil }
        guard let key = handshake.peerKey, keys.contains(key) else { throw .unknownKey }
        guard let description = SessionDescription(decoding: payload.span) else { throw .malformed }
        return description
    }

    private mutating func answer(
        _ handshake: Handshake, _ description: SessionDescription?, at now: Instant
    ) throws(SessionRefusal) {
        var handshake = handshake
        drainAgent(at: now)
        do {
            let message = try handshake.writeMessage(payload: takeDescription().encoded.span)
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

    /// Tells the viewer the shape of the pointer.
    public mutating func send(_ cursor: CursorShape) { sendControl(.cursor(cursor)) }

    /// Lets the owner change the screen: a capture, another size.
    public mutating func updateScreen(_ change: (inout ScreenSender) -> Void) { change(&screen) }
}

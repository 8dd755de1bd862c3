import ICE
import ScreenCodec
import SecureChannel
import WireFormat

/// The viewer's half of the handshake.
extension Session where Screen == ScreenReceiver {
    /// Begins a session and writes its offer.
    ///
    /// - Parameters:
    ///   - host: how the viewer knows the host.
    ///   - keys: the viewer's own identity.
    ///   - way: how offer and answer travel; on the path alone only to a host whose key is known.
    ///   - sockets: the local addresses that the driver has bound.
    ///   - random: unpredictable in real programs.
    /// - Returns: the session, and the blob to join the host's room with.
    public static func view(
        _ host: HostCredential, over way: Prologue.Way = .signaling, keys: StaticKeyPair,
        configuration: SessionConfiguration = SessionConfiguration(), limits: Decoder.Limits = Decoder.Limits(),
        sockets: [TransportAddress], random: inout SeededRandom,
        at now: Instant
    ) throws(HandshakeFailure) -> (session: Session, offer: [UInt8]) {
        let agent = makeAgent(
            role: .controlling, configuration: configuration, sockets: sockets, servers: [], random: &random, at: now)
        let nonce = random.bytes(count: Offer.nonceSize)
        let prologue = Prologue(sessionIdentifier: nonce, way: way)
        var handshake: Handshake
        let pattern: Offer.Pattern
        switch host {
        case .code(let code):
            handshake = .initiator(code: code, keys: keys, prologue: prologue, random: &random)
            pattern = .code
        case .publicKey(let key):
            handshake = .initiator(pinned: key, keys: keys, prologue: prologue, random: &random)
            pattern = .pinnedKey
        }
        var session = Session(
            phase: .offered(handshake), agent: agent, screen: ScreenReceiver(limits: limits), isHost: false,
            configuration: configuration, sockets: sockets, random: random.fork(), at: now)
        session.way = way
        // With a code anyone can read the first payload, so it is empty; to a pinned key it is sealed.
        let payload = pattern == .code ? [] : session.takeDescription().encoded
        let message = try handshake.writeMessage(payload: payload.span)
        session.phase = .offered(handshake)
        let offer = Offer(version: Prologue.currentVersion, pattern: pattern, nonce: nonce, message: message)
        return (session, offer.encoded)
    }

    /// Takes the host's answer, as signaling brought it.
    public mutating func receiveAnswer(_ blob: Span<UInt8>, at now: Instant) {
        guard case .offered(var handshake) = phase else { return drop() }
        do throws(HandshakeFailure) {
            let payload = try handshake.readMessage(blob)
            if let refusal = SessionDescription.refusal(in: payload.span) { return finish(.refusedByServer(refusal)) }
            guard let description = SessionDescription(decoding: payload.span) else { throw HandshakeFailure.malformed }
            phase = .offered(handshake)
            let confirmation = try confirm(&handshake)
            try establish(handshake, at: now)
            if !configuration.isScreenWanted { sendControl(.screen(isWanted: false)) }
            tellClipboardOffer()
            adopt(description, at: now)
            self.confirmation = confirmation
            if let confirmation { events.append(.signal(SignalingBlob.confirmation(confirmation).encoded)) }
        } catch {
            // Anyone who can write to signaling could have sent what is not authentic; the true answer may still come.
            if error == .wrongCode { finish(.wrongCode) } else { drop() }
            return
        }
        process(at: now)
    }

    /// Writes the third message of a code's handshake, which rides in every check until the host has spoken.
    private mutating func confirm(_ handshake: inout Handshake) throws(HandshakeFailure) -> [UInt8]? {
        guard !handshake.isFinished else { return nil }
        let message = try handshake.writeMessage(payload: takeDescription().encoded.span)
        if message.count <= Agent.maximumCheckData { agent.checkData = message }
        return message
    }

    /// Hands out the parts of the picture that changed since the last call.
    public mutating func takeDamage(_ body: (Rectangle) -> Void) { screen.takeDamage(body) }
}

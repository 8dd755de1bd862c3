import WireFormat

/// The handshake of a session: two or three messages that give both sides the same keys and prove who has them.
///
/// With a connection code it is `Noise_XXpsk2_25519_ChaChaPoly_BLAKE2b`, the pre-shared key derived from a CPace run
/// on the code's words; with a pinned key `Noise_IK_25519_ChaChaPoly_BLAKE2b`. The viewer initiates, the host responds.
/// Messages are blobs: they may ride in signaling, in connectivity checks or in datagrams of their own.
///
/// | message | code | pinned key |
/// | --- | --- | --- |
/// | 1, viewer to host | CPace share, e; payload: **readable by anyone** | e, es, s, ss; payload: encrypted to the host's key, replayable |
/// | 2, host to viewer | CPace share, e, ee, s, es, psk; payload: only for who has the code | e, ee, se; payload: only for the viewer's key |
/// | 3, viewer to host | s, se; payload: encrypted | none |
///
/// What is proven when:
/// - After message 2 the *viewer* knows that the host has the words (code), or the pinned key.
/// - After message 1 of a pinned handshake the *host* knows whose key made it, but it may be an old message sent again;
///   its ``peerKey`` is there to be authorised before the answer is written.
/// - The host knows that the viewer is there and has the words only when message 3, or for a pinned key the first
///   record, is authentic. Until then it must count the answered message as a wrong try: who guesses wrongly says nothing.
public struct Handshake: Sendable {
    /// The longest message (Noise section 3).
    public static let maximumMessageSize = 65_535

    public let role: HandshakeRole
    private var state: State

    private init(role: HandshakeRole, noise: NoiseState, pake: CPace?) {
        self.role = role
        state = .beginning(Exchange(noise: noise, pake: pake))
    }
}

extension Handshake {
    /// A viewer who was given a code.
    public static func initiator(
        code: ConnectionCode, keys: StaticKeyPair, prologue: Prologue, random: inout SeededRandom
    ) -> Handshake {
        withCode(code, role: .initiator, keys, prologue, &random)
    }

    /// A host that shows a code.
    public static func responder(
        code: ConnectionCode, keys: StaticKeyPair, prologue: Prologue, random: inout SeededRandom
    ) -> Handshake {
        withCode(code, role: .responder, keys, prologue, &random)
    }

    /// A viewer who knows the host's key.
    public static func initiator(
        pinned host: PublicKey, keys: StaticKeyPair, prologue: Prologue, random: inout SeededRandom
    ) -> Handshake {
        let noise = NoiseState(
            pattern: .ik, isInitiator: true, prologue: prologue.bytes, keys: keys,
            ephemeral: StaticKeyPair(random: &random), remoteKey: host)
        return Handshake(role: .initiator, noise: noise, pake: nil)
    }

    /// A host whose key viewers know. It must authorise ``peerKey`` after the first message.
    public static func responder(
        pinnedKeys keys: StaticKeyPair, prologue: Prologue, random: inout SeededRandom
    ) -> Handshake {
        let noise = NoiseState(
            pattern: .ik, isInitiator: false, prologue: prologue.bytes, keys: keys,
            ephemeral: StaticKeyPair(random: &random))
        return Handshake(role: .responder, noise: noise, pake: nil)
    }

    private static func withCode(
        _ code: ConnectionCode, role: HandshakeRole, _ keys: StaticKeyPair, _ prologue: Prologue,
        _ random: inout SeededRandom
    ) -> Handshake {
        let noise = NoiseState(
            pattern: .xxpsk2, isInitiator: role == .initiator, prologue: prologue.bytes, keys: keys,
            ephemeral: StaticKeyPair(random: &random))
        let channel = prologue.bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: code.room >> $0) }
        let pake = CPace(
            password: code.password, channel: channel, sessionIdentifier: prologue.sessionIdentifier, random: &random)
        return Handshake(role: role, noise: noise, pake: pake)
    }
}

extension Handshake {
    /// How far the handshake is.
    public var stage: HandshakeStage {
        switch state {
        case .beginning: .beginning
        case .messageOne: .messageOne
        case .messageTwo: .messageTwo
        case .finished: .finished
        case .failed: .failed
        }
    }

    public var isFinished: Bool { stage == .finished }

    /// The peer's static key: for a pinned viewer from the start, for a pinned host from message 1, for a code's viewer
    /// from message 2, for a code's host from message 3.
    public var peerKey: PublicKey? {
        switch state {
        case .beginning(let exchange), .messageOne(let exchange), .messageTwo(let exchange, _):
            exchange.noise.remoteKey
        case .finished(let completion): completion.peerKey
        case .failed: nil
        }
    }

    /// Writes this side's next message around a payload.
    ///
    /// A message that is lost is sent again as it was; it is never written anew.
    public mutating func writeMessage(payload: Span<UInt8>) throws(HandshakeFailure) -> [UInt8] {
        switch state {
        case .beginning(var exchange):
            let message = try Self.write(payload, with: &exchange)
            state = .messageOne(exchange)
            return (exchange.pake?.share ?? []) + message
        case .messageOne(var exchange):
            guard role == .responder else { throw .unexpected }
            let message = try Self.write(payload, with: &exchange)
            state = try Self.afterMessageTwo(exchange)
            return (exchange.pake?.share ?? []) + message
        case .messageTwo(var exchange, let early):
            let message = try Self.write(payload, with: &exchange)
            state = try Self.finish(exchange, early)
            return message
        case .finished, .failed: throw .unexpected
        }
    }

    /// Reads the peer's next message and returns its payload.
    public mutating func readMessage(_ message: Span<UInt8>) throws(HandshakeFailure) -> [UInt8] {
        switch state {
        case .beginning(var exchange):
            let payload = try Self.readFirst(message, with: &exchange)
            state = .messageOne(exchange)
            return payload
        case .messageOne(var exchange):
            guard role == .initiator else { throw .unexpected }
            do throws(HandshakeFailure) {
                let payload = try Self.readSecond(message, with: &exchange, role: role)
                state = try Self.afterMessageTwo(exchange)
                return payload
            } catch {
                if error == .wrongCode { state = .failed }
                throw error
            }
        case .messageTwo(var exchange, let early):
            let payload = try Self.read(message, with: &exchange)
            state = try Self.finish(exchange, early)
            return payload
        case .finished, .failed: throw .unexpected
        }
    }

    /// Bytes that only the two sides of this handshake know, from message 2 on: keyed by its chaining key and transcript
    /// after that message.
    ///
    /// For the viewer the peer is proven (the words, or the pinned key). For the host nobody is yet: what it sends under
    /// these bytes is readable only to who has the words or the viewer's key, but whether that one is there shows when
    /// something comes back. Of a code's handshake the viewer's static key is not in these bytes; see ``exportFinal(label:count:)``.
    ///
    /// - Parameter count: at most 16,320 (RFC 5869 section 2.3: 255 blocks).
    public func export(label: String, count: Int) throws(HandshakeFailure) -> [UInt8] {
        try earlySecret(label: label, count: count).copied()
    }

    /// Bytes that only the two sides know, bound to the whole handshake and both static keys.
    ///
    /// - Parameter count: at most 16,320 (RFC 5869 section 2.3: 255 blocks).
    public func exportFinal(label: String, count: Int) throws(HandshakeFailure) -> [UInt8] {
        try completion().final.secret(label: label, count: count).copied()
    }

    func earlySecret(label: String, count: Int) throws(HandshakeFailure) -> SecretBytes {
        switch state {
        case .messageTwo(_, let early): early.secret(label: label, count: count)
        case .finished(let completion): completion.early.secret(label: label, count: count)
        case .beginning, .messageOne, .failed: throw .tooEarly
        }
    }

    func completion() throws(HandshakeFailure) -> Completion {
        guard case .finished(let completion) = state else { throw .tooEarly }
        return completion
    }
}

extension Handshake {
    private static func write(
        _ payload: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        guard payload.count <= maximumMessageSize else { throw .malformed }
        do { return try exchange.noise.writeMessage(payload) } catch { throw HandshakeFailure(error) }
    }

    private static func read(
        _ message: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        do { return try exchange.noise.readMessage(message) } catch { throw HandshakeFailure(error) }
    }

    private static func readFirst(
        _ message: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        guard exchange.pake != nil else { return try read(message, with: &exchange) }
        guard message.count >= CPace.shareCount else { throw .malformed }
        let payload = try read(message.extracting(CPace.shareCount..<message.count), with: &exchange)
        try exchange.mixCode(peerShare: message.extracting(0..<CPace.shareCount).copied(), role: .responder)
        return payload
    }

    private static func readSecond(
        _ message: Span<UInt8>, with exchange: inout Exchange, role: HandshakeRole
    ) throws(HandshakeFailure) -> [UInt8] {
        guard exchange.pake != nil else { return try read(message, with: &exchange) }
        guard message.count >= CPace.shareCount else { throw .malformed }
        try exchange.mixCode(peerShare: message.extracting(0..<CPace.shareCount).copied(), role: role)
        do {
            return try exchange.noise.readMessage(message.extracting(CPace.shareCount..<message.count))
        } catch {
            throw error == .payloadNotAuthentic ? .wrongCode : HandshakeFailure(error)
        }
    }

    private static func afterMessageTwo(_ exchange: Exchange) throws(HandshakeFailure) -> State {
        let early = Exporter(at: "after message two", of: exchange.noise)
        return exchange.noise.isFinished ? try finish(exchange, early) : .messageTwo(exchange, early)
    }

    private static func finish(_ exchange: Exchange, _ early: Exporter) throws(HandshakeFailure) -> State {
        guard exchange.noise.isFinished, let peerKey = exchange.noise.remoteKey else { throw .unexpected }
        let (initiatorSecret, responderSecret) = exchange.noise.split()
        return .finished(
            Completion(
                peerKey: peerKey, early: early, final: Exporter(at: "after the last message", of: exchange.noise),
                initiatorSecret: initiatorSecret, responderSecret: responderSecret))
    }
}

extension HandshakeFailure {
    init(_ failure: NoiseFailure) {
        self =
            switch failure {
            case .malformed: .malformed
            case .weakKey: .weakKey
            case .staticKeyNotAuthentic, .payloadNotAuthentic: .notAuthentic
            case .unexpected: .unexpected
            }
    }
}

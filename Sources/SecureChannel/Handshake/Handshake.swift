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

    /// Which side this is.
    public let role: HandshakeRole
    private(set) var state: State

    init(role: HandshakeRole, noise: NoiseState, pake: CPace?, ciphers: RecordCiphers) {
        self.role = role
        state = .beginning(Exchange(noise: noise, pake: pake, ciphers: ciphers.union(.always)))
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

    /// Whether the last message was written or read.
    public var isFinished: Bool { stage == .finished }

    /// What records will be sealed with, as soon as the host has chosen and this side knows.
    public var cipher: RecordCipher? {
        switch state {
        case .beginning(let exchange), .messageOne(let exchange), .messageTwo(let exchange, _): exchange.cipher
        case .finished(let completion): completion.cipher
        case .failed: nil
        }
    }

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
            let message = try Self.write(payload, behind: exchange.ciphers.rawValue, with: &exchange)
            state = .messageOne(exchange)
            return (exchange.pake?.share ?? []) + message
        case .messageOne(var exchange):
            guard role == .responder, let cipher = exchange.cipher else { throw .unexpected }
            let message = try Self.write(payload, behind: cipher.rawValue, with: &exchange)
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
}

import Rendezvous
import SecureChannel
import WireFormat

/// A viewer's offer whose handshake message was read: nothing is kept for it yet, and who the viewer is remains to be looked
/// at.
struct OpenedOffer: Sendable {
    /// The longest payload of the answer on the path alone, which fits one datagram: its message has an ephemeral key, a
    /// byte for the cipher and a tag beside it.
    static let maximumAnswer = PathListener.maximumAnswerCount - PublicKey.count - 1 - 16

    private(set) var handshake: Handshake
    let way: Prologue.Way
    private let payload: [UInt8]

    /// - Throws: `.badVersion`, `.wrongPattern` or `.notAuthentic`.
    init(
        _ offer: Offer, over way: Prologue.Way = .signaling, for viewer: ViewerCredential, keys: StaticKeyPair,
        random: inout SeededRandom
    ) throws(SessionRefusal) {
        guard offer.version == Prologue.currentVersion else { throw .badVersion }
        let prologue = Prologue(sessionIdentifier: offer.nonce, way: way)
        switch (viewer, offer.pattern) {
        case (.code(let code), .code) where way == .signaling:
            handshake = .responder(code: code, keys: keys, prologue: prologue, random: &random)
        case (.authorizedKeys, .pinnedKey):
            handshake = .responder(pinnedKeys: keys, prologue: prologue, random: &random)
        default: throw .wrongPattern
        }
        self.way = way
        do { payload = try handshake.readMessage(offer.message.span) } catch { throw .notAuthentic }
    }

    /// The viewer's key, if it has to have one.
    var peerKey: PublicKey? { handshake.peerKey }

    /// What a viewer with a pinned key tells of itself, if it is authorised; nothing with a code.
    ///
    /// - Throws: `.unknownKey` or `.malformed`.
    func description(letting viewer: ViewerCredential) throws(SessionRefusal) -> SessionDescription? {
        guard case .authorizedKeys(let viewers) = viewer else { return nil }
        guard let key = peerKey, viewers[key] != nil else { throw .unknownKey }
        guard let description = SessionDescription(decoding: payload.span) else { throw .malformed }
        return description
    }

    /// What a viewer that was let in may not do.
    func terms(of viewer: ViewerCredential) -> ViewerTerms {
        guard case .authorizedKeys(let viewers) = viewer, let key = peerKey else { return ViewerTerms() }
        return viewers[key] ?? ViewerTerms()
    }

    /// An answer that says why the viewer may not come, and that nobody else can have written.
    func refusal(_ reason: Reason) -> [UInt8]? {
        var handshake = handshake
        return try? handshake.writeMessage(payload: SessionDescription.refusal(reason).span)
    }
}

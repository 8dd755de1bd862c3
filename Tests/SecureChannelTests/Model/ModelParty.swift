import SecureChannel

/// One honest side of one handshake, symbolically: what the Noise specification (section 5) makes of each token.
struct ModelParty {
    let name: String
    let isInitiator: Bool
    let prologue: Term
    let staticSecret: Term
    let ephemeralSecret: Term
    let shareSecret: Term
    let words: Term
    let protocolInUse: ModelProtocol
    let store: TermStore

    private(set) var messagesDone = 0
    /// Each message sent or received, piece by piece.
    private(set) var conversation: [[Term]] = []
    private(set) var payloads: [Term] = []
    /// The peer's static public key.
    private(set) var remoteKey: Term?

    private var transcript: Term
    private var chainingKey: Term
    private var key: Term?
    private var nonce = 0
    private var remoteEphemeral: Term?
    private var remoteShare: Term?

    init(
        _ name: String, isInitiator: Bool, prologue: ModelPrologue, staticSecret: Term, words: Term, pinned: Term?,
        _ protocolInUse: ModelProtocol, _ store: TermStore
    ) {
        self.name = name
        self.isInitiator = isInitiator
        self.prologue = prologue.whole
        self.staticSecret = staticSecret
        self.words = words
        self.protocolInUse = protocolInUse
        self.store = store
        ephemeralSecret = store.atom("ephemeral secret of \(name)")
        shareSecret = store.atom("share secret of \(name)")
        chainingKey = store.atom("protocol name")
        transcript = chainingKey
        if protocolInUse.mixesPrologue {
            transcript = store.hash(transcript, protocolInUse.bindsWay ? prologue.whole : prologue.session)
        }
        guard protocolInUse.knowsResponder else { return }
        remoteKey = isInitiator ? pinned : nil
        let responder = (isInitiator ? pinned : nil) ?? store.publicKey(staticSecret)
        transcript = store.hash(transcript, responder)
    }

    var publicKey: Term { store.publicKey(staticSecret) }
    var isWriting: Bool { !isOver && messagesDone.isMultiple(of: 2) == isInitiator }
    var isOver: Bool { messagesDone == protocolInUse.messageCount }
    func payload(_ index: Int) -> Term { store.atom("payload \(index) of \(name)") }

    /// Writes the next message.
    mutating func write() {
        var message: [Term] = []
        if sendsShare { message.append(ownShare) }
        for token in tokens {
            switch token {
            case .e:
                message.append(store.publicKey(ephemeralSecret))
                mixEphemeral(store.publicKey(ephemeralSecret))
            case .s: message.append(seal(publicKey))
            default: mix(token)
            }
        }
        let payload = payload(messagesDone)
        message.append(seal(payload))
        finish(message, payload)
    }

    /// All ways in which the next message can be read: whatever the adversary can send in each place.
    func readings(_ adversary: Adversary) -> [ModelParty] {
        var readers = [(party: self, message: [Term]())]
        if sendsShare {
            readers = readers.flatMap { reader in
                adversary.shares.map { share in
                    var next = reader
                    next.party.remoteShare = share
                    next.message.append(share)
                    return next
                }
            }
        }
        for token in tokens { readers = readers.flatMap { $0.party.read(token, after: $0.message, adversary) } }
        return readers.flatMap { reader in
            reader.party.opened(adversary, adversary.payloads).map { piece, payload, next in
                var next = next
                next.finish(reader.message + [piece], payload)
                return next
            }
        }
    }

    private func read(
        _ token: NoiseToken, after message: [Term], _ adversary: Adversary
    ) -> [(party: ModelParty, message: [Term])] {
        switch token {
        case .e:
            return adversary.publicKeys.map { key in
                var next = self
                next.remoteEphemeral = key
                next.mixEphemeral(key)
                return (next, message + [key])
            }
        case .s:
            return opened(adversary, adversary.publicKeys).map { piece, key, next in
                var next = next
                next.remoteKey = key
                return (next, message + [piece])
            }
        default:
            var next = self
            next.mix(token)
            return [(next, message)]
        }
    }

    /// What can stand in a sealed place: what an honest party sealed for just this place, and, if the adversary has the
    /// key, anything.
    private func opened(
        _ adversary: Adversary, _ plaintexts: [Term]
    ) -> [(piece: Term, plaintext: Term, party: ModelParty)] {
        guard let key else {
            return plaintexts.map { plaintext in
                var next = self
                next.transcript = store.hash(transcript, plaintext)
                return (plaintext, plaintext, next)
            }
        }
        var pieces: Set<Term> = []
        for term in adversary.knowledge.terms {
            if case .sealed(key, nonce, authenticated, _) = store.nodes[term] { pieces.insert(term) }
        }
        if adversary.knowledge.derives(key) {
            for plaintext in plaintexts {
                pieces.insert(store.sealed(plaintext, key: key, nonce: nonce, data: authenticated))
            }
        }
        return pieces.sorted().compactMap { piece in
            guard case .sealed(_, _, _, let plaintext) = store.nodes[piece] else { return nil }
            var next = self
            next.advance(past: piece)
            return (piece, plaintext, next)
        }
    }

    private var sendsShare: Bool { protocolInUse.hasCode && protocolInUse.usesCPace && messagesDone < 2 }
    private var tokens: [NoiseToken] {
        messagesDone < protocolInUse.messages.count ? protocolInUse.messages[messagesDone] : []
    }
    private var authenticated: Term {
        protocolInUse.authenticatesTranscript && messagesDone < protocolInUse.messages.count
            ? transcript : store.atom("nothing")
    }

    private mutating func finish(_ message: [Term], _ payload: Term) {
        conversation.append(message)
        payloads.append(payload)
        messagesDone += 1
        // The keys of the records (Noise section 5.2, Split), each with its first nonce.
        if messagesDone >= protocolInUse.messages.count {
            let isInitiators = messagesDone.isMultiple(of: 2)
            key = store.hash(store.atom(isInitiators ? "initiator's key" : "responder's key"), chainingKey)
            nonce = 0
        }
    }

    private mutating func seal(_ plaintext: Term) -> Term {
        guard let key else {
            transcript = store.hash(transcript, plaintext)
            return plaintext
        }
        let piece = store.sealed(plaintext, key: key, nonce: nonce, data: authenticated)
        advance(past: piece)
        return piece
    }

    private mutating func advance(past piece: Term) {
        nonce += 1
        transcript = store.hash(transcript, piece)
    }

    private mutating func mixEphemeral(_ element: Term) {
        transcript = store.hash(transcript, element)
        if protocolInUse.hasCode { mixKey(element) }
    }

    private mutating func mixKey(_ input: Term) {
        key = store.hash(store.atom("key"), chainingKey, input)
        chainingKey = store.hash(store.atom("chain"), chainingKey, input)
        nonce = 0
    }

    private mutating func mix(_ token: NoiseToken) {
        switch token {
        case .ee: mixKey(shared(ephemeralSecret, remoteEphemeral))
        case .es: mixKey(isInitiator ? shared(ephemeralSecret, remoteKey) : shared(staticSecret, remoteEphemeral))
        case .se: mixKey(isInitiator ? shared(staticSecret, remoteEphemeral) : shared(ephemeralSecret, remoteKey))
        case .ss: mixKey(shared(staticSecret, remoteKey))
        case .psk:
            let presharedKey = presharedKey
            let hashed = store.hash(store.atom("to hash"), chainingKey, presharedKey)
            mixKey(presharedKey)
            transcript = store.hash(transcript, hashed)
        case .e, .s: break
        }
    }

    private func shared(_ secret: Term, _ element: Term?) -> Term {
        store.power(element ?? store.generator, secret)
    }

    /// The element that CPace hashes the words to, in this session.
    private var wordElement: Term { store.wordElement(words, protocolInUse.bindsChannel ? prologue : nil) }

    private var ownShare: Term { store.power(wordElement, shareSecret) }

    private var presharedKey: Term {
        guard protocolInUse.usesCPace, let remoteShare else { return store.hash(store.atom("psk"), words) }
        let point = store.power(remoteShare, shareSecret)
        let shares = isInitiator ? (ownShare, remoteShare) : (remoteShare, ownShare)
        return store.hash(store.atom("psk"), point, shares.0, shares.1)
    }
}

extension TermStore {
    func wordElement(_ words: Term, _ channel: Term?) -> Term {
        hash(atom("element"), words, channel ?? atom("no channel"))
    }
}

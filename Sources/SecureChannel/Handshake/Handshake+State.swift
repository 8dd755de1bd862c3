extension Handshake {
    /// The handshake's state, named by the last message; each carries what the next step needs and nothing else.
    enum State: Sendable {
        case beginning(Exchange)
        case messageOne(Exchange)
        case messageTwo(Exchange, Exporter)
        case finished(Completion)
        case failed
    }

    /// The Noise machine and, for a code, the key exchange that gives its pre-shared key.
    struct Exchange: Sendable {
        var noise: NoiseState
        let pake: CPace?
        /// The ciphers that this side has.
        let ciphers: RecordCiphers
        /// What the host has chosen: the host knows from message 1 on, the viewer from message 2 on.
        var cipher: RecordCipher?

        /// Sets the pre-shared key, from the words and the peer's share.
        mutating func mixCode(peerShare: [UInt8], role: HandshakeRole) throws(HandshakeFailure) {
            guard let pake else { return }
            do {
                let key = try pake.sessionKey(isInitiator: role == .initiator, peerShare: peerShare)
                noise.setPresharedKey(
                    HMACBlake2b.expand(key, label: Array("beeline code pre-shared key".utf8), count: 32))
            } catch {
                throw .weakKey
            }
        }
    }

    /// What a finished handshake leaves.
    struct Completion: Sendable {
        let peerKey: PublicKey
        let cipher: RecordCipher
        let early: Exporter
        let final: Exporter
        let initiatorSecret: SecretBytes
        let responderSecret: SecretBytes
    }
}

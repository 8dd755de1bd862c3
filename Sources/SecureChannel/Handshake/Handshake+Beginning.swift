import WireFormat

extension Handshake {
    /// A viewer who was given a code.
    ///
    /// - Parameter ciphers: what this side has; the one that everybody has is always among them.
    public static func initiator(
        code: ConnectionCode, keys: StaticKeyPair, prologue: Prologue,
        ciphers: RecordCiphers = .available, random: inout SeededRandom
    ) -> Handshake {
        withCode(code, role: .initiator, keys, prologue, ciphers, &random)
    }

    /// A host that shows a code.
    public static func responder(
        code: ConnectionCode, keys: StaticKeyPair, prologue: Prologue,
        ciphers: RecordCiphers = .available, random: inout SeededRandom
    ) -> Handshake {
        withCode(code, role: .responder, keys, prologue, ciphers, &random)
    }

    /// A viewer who knows the host's key.
    public static func initiator(
        pinned host: PublicKey, keys: StaticKeyPair, prologue: Prologue,
        ciphers: RecordCiphers = .available, random: inout SeededRandom
    ) -> Handshake {
        let noise = NoiseState(
            pattern: .ik, isInitiator: true, prologue: prologue.bytes, keys: keys,
            ephemeral: StaticKeyPair(random: &random), remoteKey: host)
        return Handshake(role: .initiator, noise: noise, pake: nil, ciphers: ciphers)
    }

    /// A host whose key viewers know. It must authorise ``peerKey`` after the first message.
    public static func responder(
        pinnedKeys keys: StaticKeyPair, prologue: Prologue,
        ciphers: RecordCiphers = .available, random: inout SeededRandom
    ) -> Handshake {
        let noise = NoiseState(
            pattern: .ik, isInitiator: false, prologue: prologue.bytes, keys: keys,
            ephemeral: StaticKeyPair(random: &random))
        return Handshake(role: .responder, noise: noise, pake: nil, ciphers: ciphers)
    }

    private static func withCode(
        _ code: ConnectionCode, role: HandshakeRole, _ keys: StaticKeyPair, _ prologue: Prologue,
        _ ciphers: RecordCiphers, _ random: inout SeededRandom
    ) -> Handshake {
        let noise = NoiseState(
            pattern: .xxpsk2, isInitiator: role == .initiator, prologue: prologue.bytes, keys: keys,
            ephemeral: StaticKeyPair(random: &random))
        let channel = prologue.bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: code.room >> $0) }
        let pake = CPace(
            password: code.password, channel: channel, sessionIdentifier: prologue.sessionIdentifier, random: &random)
        return Handshake(role: role, noise: noise, pake: pake, ciphers: ciphers)
    }
}

import WireFormat

/// HandshakeState of the Noise specification (section 5.3): one side of one pattern, without anything of ours.
///
/// A failed read leaves the state as it was, so that a forged message cannot end a handshake.
package struct NoiseState: Sendable {
    private let messages: [[NoiseToken]]
    private let usesPresharedKey: Bool
    private let isInitiator: Bool
    private let keys: StaticKeyPair
    private let ephemeral: StaticKeyPair
    private var symmetric: SymmetricState
    private var messagesDone = 0
    private var presharedKey: SecretBytes?
    private var remoteEphemeral: PublicKey?
    /// The peer's static key, as soon as it is known.
    package private(set) var remoteKey: PublicKey?

    /// - Parameter remoteKey: the responder's key, which an initiator of IK must know.
    package init(
        pattern: NoisePattern, isInitiator: Bool, prologue: [UInt8], keys: StaticKeyPair, ephemeral: StaticKeyPair,
        remoteKey: PublicKey? = nil
    ) {
        messages = pattern.messages
        usesPresharedKey = pattern.usesPresharedKey
        self.isInitiator = isInitiator
        self.keys = keys
        self.ephemeral = ephemeral
        symmetric = SymmetricState(protocolName: pattern.protocolName)
        symmetric.mixHash(prologue.span)
        guard pattern.knowsResponder else { return }
        if isInitiator {
            self.remoteKey = remoteKey
            if let remoteKey { symmetric.mixHash(remoteKey.bytes.span) }
        } else {
            symmetric.mixHash(keys.publicKey.bytes.span)
        }
    }

    package var isFinished: Bool { messagesDone == messages.count }
    package var transcript: [UInt8] { symmetric.transcript }
    var chainingKey: SecretBytes { symmetric.chainingKey }

    /// Must be set before the message that has the `psk` token. 32 bytes (Noise section 9).
    mutating func setPresharedKey(_ key: SecretBytes) { presharedKey = key }

    /// Must be set before the message that has the `psk` token. 32 bytes (Noise section 9).
    package mutating func setPresharedKey(bytes: [UInt8]) { presharedKey = SecretBytes(copying: bytes.span) }

    package mutating func writeMessage(_ payload: Span<UInt8>) throws(NoiseFailure) -> [UInt8] {
        var next = self
        let message = try next.write(payload)
        self = next
        return message
    }

    package mutating func readMessage(_ message: Span<UInt8>) throws(NoiseFailure) -> [UInt8] {
        var next = self
        let payload = try next.read(message)
        self = next
        return payload
    }

    /// The keys of both directions, the initiator's first (Noise section 5.2).
    func split() -> (SecretBytes, SecretBytes) { symmetric.split() }

    /// A transport message of the bare protocol (Noise section 5.2), to be compared with published vectors: sessions
    /// send records instead.
    package func transportMessage(_ payload: [UInt8], counter: UInt64, fromInitiator: Bool) -> [UInt8] {
        let (first, second) = symmetric.split()
        let nothing: [UInt8] = []
        return ChaChaPoly.seal(
            payload.span, key: fromInitiator ? first : second, counter: counter, authenticating: nothing.span)
    }

    private mutating func write(_ payload: Span<UInt8>) throws(NoiseFailure) -> [UInt8] {
        guard !isFinished, messagesDone.isMultiple(of: 2) == isInitiator else { throw .unexpected }
        var message: [UInt8] = []
        for token in messages[messagesDone] {
            switch token {
            case .e:
                message += ephemeral.publicKey.bytes
                mixEphemeral(ephemeral.publicKey)
            case .s:
                let own = keys.publicKey.bytes
                message += symmetric.encryptAndHash(own.span)
            default: try mix(token)
            }
        }
        message += symmetric.encryptAndHash(payload)
        guard message.count <= Handshake.maximumMessageSize else { throw .malformed }
        messagesDone += 1
        return message
    }

    private mutating func read(_ message: Span<UInt8>) throws(NoiseFailure) -> [UInt8] {
        guard !isFinished, messagesDone.isMultiple(of: 2) != isInitiator else { throw .unexpected }
        guard message.count <= Handshake.maximumMessageSize else { throw .malformed }
        var reader = ByteReader(message)
        for token in messages[messagesDone] {
            switch token {
            case .e:
                let key = try Self.field(&reader, count: PublicKey.count)
                remoteEphemeral = PublicKey(bytes: key)
                if let remoteEphemeral { mixEphemeral(remoteEphemeral) }
            case .s:
                let count = PublicKey.count + (symmetric.hasKey ? ChaChaPoly.tagCount : 0)
                let sealed = try Self.field(&reader, count: count)
                guard let key = symmetric.decryptAndHash(sealed.span) else { throw .staticKeyNotAuthentic }
                remoteKey = PublicKey(bytes: key)
            default: try mix(token)
            }
        }
        let isSealed = symmetric.hasKey
        if isSealed, reader.remaining < ChaChaPoly.tagCount { throw .malformed }
        guard let payload = symmetric.decryptAndHash(reader.rest) else { throw .payloadNotAuthentic }
        messagesDone += 1
        return payload
    }

    private static func field(_ reader: inout ByteReader, count: Int) throws(NoiseFailure) -> [UInt8] {
        do { return try reader.read(count: count).copied() } catch { throw .malformed }
    }

    private mutating func mixEphemeral(_ key: PublicKey) {
        symmetric.mixHash(key.bytes.span)
        if usesPresharedKey { symmetric.mixKey(SecretBytes(copying: key.bytes.span)) }
    }

    private mutating func mix(_ token: NoiseToken) throws(NoiseFailure) {
        switch token {
        case .ee: try mixSecret(of: ephemeral, with: remoteEphemeral)
        case .es:
            try isInitiator ? mixSecret(of: ephemeral, with: remoteKey) : mixSecret(of: keys, with: remoteEphemeral)
        case .se:
            try isInitiator ? mixSecret(of: keys, with: remoteEphemeral) : mixSecret(of: ephemeral, with: remoteKey)
        case .ss: try mixSecret(of: keys, with: remoteKey)
        case .psk:
            guard let presharedKey else { throw .unexpected }
            symmetric.mixKeyAndHash(presharedKey)
        case .e, .s: break
        }
    }

    private mutating func mixSecret(of pair: StaticKeyPair, with peer: PublicKey?) throws(NoiseFailure) {
        guard let peer else { throw .unexpected }
        guard let secret = pair.sharedSecret(with: peer) else { throw .weakKey }
        symmetric.mixKey(secret)
    }
}

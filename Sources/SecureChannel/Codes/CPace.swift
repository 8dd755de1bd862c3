import CSodium
import WireFormat

/// CPACE-RISTR255-SHA512 (draft-irtf-cfrg-cpace-21): one party of a balanced password-authenticated key exchange.
///
/// From a short password both sides get a strong key; who guesses learns from each run whether one guess was
/// right, and nothing from listening. Initiator-responder setting, so the transcript is ordered.
package struct CPace: Sendable {
    /// The length of a share, an encoded ristretto255 element.
    package static let shareCount = 32
    /// The random bytes that a scalar is reduced from: twice its length, so that it is uniform.
    static let randomCount = 64
    /// SHA-512's input block size, `H.s_in_bytes` of the draft.
    private static let hashBlockCount = 128
    private static let domain = Array("CPaceRistretto255".utf8)
    private static let keyDomain = Array("CPaceRistretto255_ISK".utf8)

    private let scalar: SecretBytes
    private let sessionIdentifier: [UInt8]
    /// What to send to the peer: `Ya` or `Yb`.
    package let share: [UInt8]

    /// - Parameters:
    ///   - password: the PRS of the draft: the shared secret of low entropy.
    ///   - channel: the CI: public data both sides agree on.
    ///   - sessionIdentifier: the sid: public and unique to the run.
    ///   - random: the source of the scalar.
    init(password: [UInt8], channel: [UInt8], sessionIdentifier: [UInt8], random: inout SeededRandom) {
        let wide = SecretBytes(drawing: Self.randomCount, from: &random)
        let scalar = unsafe SecretBytes(count: Self.shareCount) { output in
            unsafe crypto_core_ristretto255_scalar_reduce(output, wide.pointer)
        }
        self.init(password: password, channel: channel, sessionIdentifier: sessionIdentifier, scalar: scalar)
    }

    /// With a given scalar of 32 bytes, as test vectors have it.
    package init(password: [UInt8], channel: [UInt8], sessionIdentifier: [UInt8], scalar: [UInt8]) {
        precondition(scalar.count == Self.shareCount, "a ristretto255 scalar has 32 bytes")
        self.init(
            password: password, channel: channel, sessionIdentifier: sessionIdentifier,
            scalar: SecretBytes(copying: scalar.span))
    }

    private init(password: [UInt8], channel: [UInt8], sessionIdentifier: [UInt8], scalar: SecretBytes) {
        self.scalar = scalar
        self.sessionIdentifier = sessionIdentifier
        let generator = Self.generator(password: password, channel: channel, sessionIdentifier: sessionIdentifier)
        // A scalar of zero or the neutral generator has a chance of 2^-252; the peer refuses such a share.
        share = Self.multiply(scalar, generator)?.copied() ?? Array(repeating: 0, count: Self.shareCount)
    }

    /// `generator_string` of the draft, section 8.1: what is hashed to the generator.
    package static func generatorString(
        password: [UInt8], channel: [UInt8], sessionIdentifier: [UInt8]
    ) -> [UInt8] {
        let padding = max(0, hashBlockCount - 1 - prefixed(password).count - prefixed(domain).count)
        return prefixed(domain) + prefixed(password) + prefixed(Array(repeating: 0, count: padding))
            + prefixed(channel) + prefixed(sessionIdentifier)
    }

    /// The encoded generator that both sides derive from the password.
    package static func generatorBytes(
        password: [UInt8], channel: [UInt8], sessionIdentifier: [UInt8]
    ) -> [UInt8] {
        generator(password: password, channel: channel, sessionIdentifier: sessionIdentifier).copied()
    }

    /// The intermediate session key (ISK), 64 bytes: equal on both sides only if their passwords were.
    func sessionKey(
        isInitiator: Bool, peerShare: [UInt8], ownData: [UInt8] = [], peerData: [UInt8] = []
    ) throws(CPaceFailure) -> SecretBytes {
        let peer = SecretBytes(copying: peerShare.span)
        guard peer.count == Self.shareCount, let point = Self.multiply(scalar, peer) else { throw CPaceFailure() }
        let own = Self.prefixed(share) + Self.prefixed(ownData)
        let other = Self.prefixed(peerShare) + Self.prefixed(peerData)
        let head = Self.prefixed(Self.keyDomain) + Self.prefixed(sessionIdentifier) + [UInt8(Self.shareCount)]
        return Self.sha512(head, point, isInitiator ? own + other : other + own)
    }

    /// The ISK as bytes, to be compared with the draft's vectors.
    package func sessionKeyBytes(
        isInitiator: Bool, peerShare: [UInt8], ownData: [UInt8], peerData: [UInt8]
    ) throws(CPaceFailure) -> [UInt8] {
        try sessionKey(isInitiator: isInitiator, peerShare: peerShare, ownData: ownData, peerData: peerData)
            .copied()
    }

    private static func generator(
        password: [UInt8], channel: [UInt8], sessionIdentifier: [UInt8]
    ) -> SecretBytes {
        var text = generatorString(password: password, channel: channel, sessionIdentifier: sessionIdentifier)
        defer { text.wipe() }
        let digest = sha512(text, unsafe SecretBytes(count: 0) { _ in }, [])
        return unsafe SecretBytes(count: shareCount) { output in
            _ = unsafe crypto_core_ristretto255_from_hash(output, digest.pointer)
        }
    }

    /// Nil if the point is not valid or the product is the neutral element.
    private static func multiply(_ scalar: SecretBytes, _ point: SecretBytes) -> SecretBytes? {
        var isSound = false
        let product = unsafe SecretBytes(count: shareCount) { output in
            isSound = unsafe crypto_scalarmult_ristretto255(output, scalar.pointer, point.pointer) == 0
        }
        return isSound ? product : nil
    }

    private static func sha512(_ head: [UInt8], _ secret: SecretBytes, _ tail: [UInt8]) -> SecretBytes {
        var state = crypto_hash_sha512_state()
        _ = unsafe crypto_hash_sha512_init(&state)
        _ = unsafe crypto_hash_sha512_update(&state, head, UInt64(head.count))
        _ = unsafe crypto_hash_sha512_update(&state, secret.pointer, UInt64(secret.count))
        _ = unsafe crypto_hash_sha512_update(&state, tail, UInt64(tail.count))
        let digest = unsafe SecretBytes(count: 64) { output in
            _ = unsafe crypto_hash_sha512_final(&state, output)
        }
        unsafe sodium_memzero(&state, MemoryLayout<crypto_hash_sha512_state>.size)
        return digest
    }

    /// `prepend_len` of the draft: the length in LEB128, then the bytes.
    private static func prefixed(_ bytes: [UInt8]) -> [UInt8] {
        var prefix: [UInt8] = []
        var length = bytes.count
        while length >= 0x80 {
            prefix.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        return prefix + [UInt8(length)] + bytes
    }
}

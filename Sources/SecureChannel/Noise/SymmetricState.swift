import WireFormat

/// SymmetricState and its CipherState of the Noise specification (sections 5.1 and 5.2).
struct SymmetricState: Sendable {
    private(set) var chainingKey: SecretBytes
    private(set) var transcript: [UInt8]
    private var key: SecretBytes?
    private var counter: UInt64 = 0

    /// - Precondition: the name has at most 64 bytes, so that it is padded and not hashed (Noise section 5.2).
    init(protocolName: String) {
        let name = Array(protocolName.utf8)
        precondition(name.count <= Blake2b.outputCount, "a protocol name of this module fits a hash")
        let padded = name + Array(repeating: 0, count: Blake2b.outputCount - name.count)
        transcript = padded
        chainingKey = SecretBytes(copying: padded.span)
    }

    var hasKey: Bool { key != nil }

    mutating func mixHash(_ data: Span<UInt8>) {
        transcript = Blake2b.hash { hasher in
            hasher.update(transcript)
            hasher.update(data)
        }
    }

    mutating func mixKey(_ input: SecretBytes) {
        let (next, key) = HMACBlake2b.derivePair(chainingKey: chainingKey, from: input)
        chainingKey = next
        self.key = key
        counter = 0
    }

    mutating func mixKeyAndHash(_ input: SecretBytes) {
        let (next, toHash, key) = HMACBlake2b.deriveTriple(chainingKey: chainingKey, from: input)
        chainingKey = next
        mixHash(toHash.span)
        self.key = key
        counter = 0
    }

    mutating func encryptAndHash(_ plaintext: Span<UInt8>) -> [UInt8] {
        guard let key else {
            mixHash(plaintext)
            return plaintext.copied()
        }
        let ciphertext = ChaChaPoly.seal(plaintext, key: key, counter: counter, authenticating: transcript.span)
        counter += 1
        mixHash(ciphertext.span)
        return ciphertext
    }

    /// The plaintext, or nil if it is not authentic: the state is then spent.
    mutating func decryptAndHash(_ ciphertext: Span<UInt8>) -> [UInt8]? {
        guard let key else {
            mixHash(ciphertext)
            return ciphertext.copied()
        }
        let plaintext = ChaChaPoly.open(ciphertext, key: key, counter: counter, authenticating: transcript.span)
        counter += 1
        mixHash(ciphertext)
        return plaintext
    }

    /// The two transport keys: the initiator's sending key first. ChaCha20 takes the first 32 bytes of each.
    func split() -> (SecretBytes, SecretBytes) {
        let (first, second) = HMACBlake2b.derivePair(
            chainingKey: chainingKey, from: unsafe SecretBytes(count: 0) { _ in })
        return (first.prefix(ChaChaPoly.keyCount), second.prefix(ChaChaPoly.keyCount))
    }
}

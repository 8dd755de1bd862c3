/// One generation of one direction's keys, and the way to the next (as RFC 9001 section 6.1).
struct RecordKeys: Sendable {
    /// The AEAD key.
    let key: RecordKey
    /// Counts from 0; its lowest bit is the key phase of the header.
    let generation: UInt64
    private let secret: SecretBytes
    private let cipher: RecordCipher

    /// The first generation, from one of the two keys that the handshake ends with.
    init(secret: SecretBytes, cipher: RecordCipher) { self.init(secret: secret, generation: 0, cipher) }

    private init(secret: SecretBytes, generation: UInt64, _ cipher: RecordCipher) {
        self.secret = secret
        self.generation = generation
        self.cipher = cipher
        key = RecordKey(Self.derive(secret, "beeline record key"), for: cipher)
    }

    var phase: UInt8 { UInt8(generation & 1) }

    /// The next generation; this one cannot be computed from it.
    func next() -> RecordKeys {
        RecordKeys(secret: Self.derive(secret, "beeline key update"), generation: generation + 1, cipher)
    }

    /// The key that masks headers, the same for all generations: "The header protection key is not updated"
    /// (RFC 9001 section 6.1).
    func headerKey() -> SecretBytes {
        Self.derive(secret, "beeline header key", count: HeaderProtection.keyCount)
    }

    private static func derive(
        _ secret: SecretBytes, _ label: String, count: Int = ChaChaPoly.keyCount
    ) -> SecretBytes {
        HMACBlake2b.expand(secret, label: Array(label.utf8), count: count)
    }
}

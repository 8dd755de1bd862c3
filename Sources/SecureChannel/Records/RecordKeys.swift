/// One generation of one direction's keys, and the way to the next (as RFC 9001 section 6.1).
struct RecordKeys: Sendable {
    /// The AEAD key, 32 bytes.
    let key: SecretBytes
    /// Counts from 0; its lowest bit is the key phase of the header.
    let generation: UInt64
    private let secret: SecretBytes

    /// The first generation, from one of the two keys that the handshake ends with.
    init(secret: SecretBytes) { self.init(secret: secret, generation: 0) }

    private init(secret: SecretBytes, generation: UInt64) {
        self.secret = secret
        self.generation = generation
        key = Self.derive(secret, "beeline record key")
    }

    var phase: UInt8 { UInt8(generation & 1) }

    /// The next generation; this one cannot be computed from it.
    func next() -> RecordKeys {
        RecordKeys(secret: Self.derive(secret, "beeline key update"), generation: generation + 1)
    }

    /// The key that masks headers, the same for all generations: "The header protection key is not updated"
    /// (RFC 9001 section 6.1).
    func headerKey() -> SecretBytes { Self.derive(secret, "beeline header key") }

    private static func derive(_ secret: SecretBytes, _ label: String) -> SecretBytes {
        HMACBlake2b.expand(secret, label: Array(label.utf8), count: ChaChaPoly.keyCount)
    }
}

/// What records are sealed with. The host chooses among those that the viewer has, inside the handshake.
public enum RecordCipher: UInt8, CaseIterable, Hashable, Sendable {
    /// AEAD_CHACHA20_POLY1305 (RFC 8439): every peer has it.
    case chaCha20Poly1305 = 1
    /// AEAD_AES_256_GCM (RFC 5116): on processors that have instructions for it.
    case aes256GCM = 2

    /// The most packets under one key: RFC 9001 section 6.6: "For AEAD_AES_128_GCM and AEAD_AES_256_GCM, the
    /// confidentiality limit is 2^23 encrypted packets", and for AEAD_CHACHA20_POLY1305 "greater than the number of
    /// possible packets (2^62)".
    var confidentialityLimit: UInt64 { self == .aes256GCM ? 1 << 23 : 1 << 62 }

    /// The most forged packets under one handshake: RFC 9001 section 6.6: 2^52 for AES-GCM, 2^36 for ChaCha20-Poly1305.
    var integrityLimit: UInt64 { self == .aes256GCM ? 1 << 52 : 1 << 36 }
}

/// The ciphers that a peer has.
public struct RecordCiphers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One cipher.
    public init(_ cipher: RecordCipher) { self.init(rawValue: cipher.rawValue) }

    /// What this processor runs fast.
    public static let available: RecordCiphers =
        AES256GCM.isAvailable ? [always, RecordCiphers(.aes256GCM)] : always

    /// What every peer has.
    public static let always = RecordCiphers(.chaCha20Poly1305)

    /// The fastest of them; the one that everybody has if there is no other.
    var best: RecordCipher { contains(RecordCiphers(.aes256GCM)) ? .aes256GCM : .chaCha20Poly1305 }
}

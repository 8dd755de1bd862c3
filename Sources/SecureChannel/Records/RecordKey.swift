import WireFormat

/// The key of one generation of one direction, for the cipher that was agreed upon.
enum RecordKey: Sendable {
    case chaCha20Poly1305(SecretBytes)
    case aes256GCM(AES256GCM)

    init(_ key: SecretBytes, for cipher: RecordCipher) {
        switch cipher {
        case .chaCha20Poly1305: self = .chaCha20Poly1305(key)
        case .aes256GCM: self = .aes256GCM(AES256GCM(key: key))
        }
    }

    /// Writes the ciphertext of `count` bytes, then its tag, to `output`.
    @inline(__always)
    func seal(
        _ plaintext: Span<UInt8>, counter: UInt64, authenticating data: UnsafePointer<UInt8>, count: Int,
        to output: UnsafeMutablePointer<UInt8>
    ) {
        switch self {
        case .chaCha20Poly1305(let key):
            unsafe ChaChaPoly.seal(
                plaintext, key: key, counter: counter, authenticating: data, count: count, to: output)
        case .aes256GCM(let cipher):
            unsafe cipher.seal(plaintext, counter: counter, authenticating: data, count: count, to: output)
        }
    }

    /// Appends the plaintext to `output` and returns true, or returns false if the tag does not match.
    ///
    /// - Precondition: `output` has free capacity for the plaintext.
    @inline(__always)
    @_lifetime(output: copy output)
    func open(
        _ ciphertext: Span<UInt8>, counter: UInt64, authenticating data: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) -> Bool {
        switch self {
        case .chaCha20Poly1305(let key):
            ChaChaPoly.open(ciphertext, key: key, counter: counter, authenticating: data, into: &output)
        case .aes256GCM(let cipher):
            cipher.open(ciphertext, counter: counter, authenticating: data, into: &output)
        }
    }
}

import CSodium
import WireFormat

/// AES-256-GCM (RFC 5116) with its key expanded beforehand; libsodium has it where the processor has instructions for it.
struct AES256GCM: Sendable {
    static let isAvailable: Bool = Sodium.isReady && crypto_aead_aes256gcm_is_available() != 0

    private let state: SecretBytes

    /// - Precondition: ``isAvailable``, and the key has 32 bytes.
    init(key: SecretBytes) {
        precondition(Self.isAvailable, "this processor has no instructions for AES-GCM")
        precondition(key.count == ChaChaPoly.keyCount, "a key of AES-256 has 32 bytes")
        state = unsafe SecretBytes(count: MemoryLayout<crypto_aead_aes256gcm_state>.size) { output in
            _ = unsafe crypto_aead_aes256gcm_beforenm(Self.bound(output), key.pointer)
        }
    }

    /// Writes the ciphertext of `count` bytes, then its tag, to `output`.
    @inline(__always)
    func seal(
        _ plaintext: Span<UInt8>, counter: UInt64, authenticating data: UnsafePointer<UInt8>, count dataCount: Int,
        to output: UnsafeMutablePointer<UInt8>
    ) {
        let nonce = ChaChaPoly.nonce(counter)
        unsafe plaintext.withPointer { input in
            unsafe nonce.span.withPointer { nonce in
                _ = unsafe crypto_aead_aes256gcm_encrypt_afternm(
                    output, nil, input, UInt64(plaintext.count), data, UInt64(dataCount), nil, nonce,
                    Self.bound(state.pointer))
            }
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
        guard ciphertext.count >= ChaChaPoly.tagCount else { return false }
        let nonce = ChaChaPoly.nonce(counter)
        var isAuthentic = false
        unsafe output.appendAtPointer { output in
            let status = unsafe ciphertext.withPointer { input in
                unsafe data.withPointer { authenticated in
                    unsafe nonce.span.withPointer { nonce in
                        unsafe crypto_aead_aes256gcm_decrypt_afternm(
                            output, nil, nil, input, UInt64(ciphertext.count), authenticated, UInt64(data.count), nonce,
                            Self.bound(state.pointer))
                    }
                }
            }
            isAuthentic = status == 0
            return isAuthentic ? ciphertext.count - ChaChaPoly.tagCount : 0
        }
        return isAuthentic
    }

    private static func bound(_ bytes: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<crypto_aead_aes256gcm_state>
    {
        unsafe UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: crypto_aead_aes256gcm_state.self)
    }

    private static func bound(_ bytes: UnsafePointer<UInt8>) -> UnsafePointer<crypto_aead_aes256gcm_state> {
        unsafe UnsafeRawPointer(bytes).assumingMemoryBound(to: crypto_aead_aes256gcm_state.self)
    }
}

import CSodium
import WireFormat

/// ChaCha20-Poly1305 (RFC 8439).
enum ChaChaPoly {
    static let keyCount = 32
    static let tagCount = 16

    /// The nonce for a counter: 4 zero bytes, then the counter in little-endian order (Noise section 12.3).
    @inline(__always)
    static func nonce(_ counter: UInt64) -> [12 of UInt8] {
        var nonce: [12 of UInt8] = InlineArray(repeating: 0)
        for index in 0..<8 { nonce[4 + index] = UInt8(truncatingIfNeeded: counter >> UInt64(index * 8)) }
        return nonce
    }

    /// Writes the ciphertext of `count` bytes, then its tag, to `output`.
    @inline(__always)
    static func seal(
        _ plaintext: Span<UInt8>, key: SecretBytes, counter: UInt64, authenticating data: UnsafePointer<UInt8>,
        count dataCount: Int, to output: UnsafeMutablePointer<UInt8>
    ) {
        let nonce = nonce(counter)
        unsafe plaintext.withPointer { input in
            unsafe nonce.span.withPointer { nonce in
                _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
                    output, nil, input, UInt64(plaintext.count), data, UInt64(dataCount), nil, nonce, key.pointer)
            }
        }
    }

    /// Appends the plaintext to `output` and returns true, or returns false if the tag does not match.
    ///
    /// - Precondition: `output` has free capacity for the plaintext.
    @inline(__always)
    @_lifetime(output: copy output)
    static func open(
        _ ciphertext: Span<UInt8>, key: SecretBytes, counter: UInt64, authenticating data: Span<UInt8>,
        into output: inout OutputSpan<UInt8>
    ) -> Bool {
        guard ciphertext.count >= tagCount else { return false }
        let nonce = nonce(counter)
        var isAuthentic = false
        unsafe output.appendAtPointer { output in
            let status = unsafe ciphertext.withPointer { input in
                unsafe data.withPointer { authenticated in
                    unsafe nonce.span.withPointer { nonce in
                        unsafe crypto_aead_chacha20poly1305_ietf_decrypt(
                            output, nil, nil, input, UInt64(ciphertext.count), authenticated, UInt64(data.count), nonce,
                            key.pointer)
                    }
                }
            }
            isAuthentic = status == 0
            return isAuthentic ? ciphertext.count - tagCount : 0
        }
        return isAuthentic
    }

    /// The ciphertext with its tag.
    static func seal(
        _ plaintext: Span<UInt8>, key: SecretBytes, counter: UInt64, authenticating data: Span<UInt8>
    ) -> [UInt8] {
        [UInt8](capacity: plaintext.count + tagCount) { output in
            unsafe output.appendAtPointer { output in
                unsafe data.withPointer { pointer in
                    unsafe seal(
                        plaintext, key: key, counter: counter, authenticating: pointer, count: data.count, to: output)
                }
                return plaintext.count + tagCount
            }
        }
    }

    /// The plaintext, or nil if the tag does not match.
    static func open(
        _ ciphertext: Span<UInt8>, key: SecretBytes, counter: UInt64, authenticating data: Span<UInt8>
    ) -> [UInt8]? {
        guard ciphertext.count >= tagCount else { return nil }
        var isAuthentic = false
        let plaintext = [UInt8](capacity: ciphertext.count - tagCount) { output in
            isAuthentic = open(ciphertext, key: key, counter: counter, authenticating: data, into: &output)
        }
        return isAuthentic ? plaintext : nil
    }
}

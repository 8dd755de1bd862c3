import CSodium
import SecureChannel

/// libsodium's own sealing and opening of packets, with nothing around it.
final class BareCipher {
    static let tagBytes = 16

    private let cipher: RecordCipher
    private let key = [UInt8](repeating: 7, count: 32)
    private var nonce = [UInt8](repeating: 0, count: 12)
    private var sealed: [UInt8]
    private let expanded: UnsafeMutablePointer<crypto_aead_aes256gcm_state>

    init(_ cipher: RecordCipher, plaintextBytes: Int) {
        self.cipher = cipher
        sealed = [UInt8](repeating: 0, count: plaintextBytes + Self.tagBytes)
        expanded = UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<crypto_aead_aes256gcm_state>.size, alignment: 16
        ).bindMemory(to: crypto_aead_aes256gcm_state.self, capacity: 1)
        if cipher == .aes256GCM { _ = crypto_aead_aes256gcm_beforenm(expanded, key) }
    }

    deinit { expanded.deallocate() }

    /// - Parameter header: authenticated, as a record's is.
    func seal(_ plaintext: [UInt8], header: [UInt8], number: UInt64) {
        setNonce(number)
        let count = UInt64(plaintext.count)
        switch cipher {
        case .chaCha20Poly1305:
            crypto_aead_chacha20poly1305_ietf_encrypt(
                &sealed, nil, plaintext, count, header, UInt64(header.count), nil, nonce, key)
        case .aes256GCM:
            crypto_aead_aes256gcm_encrypt_afternm(
                &sealed, nil, plaintext, count, header, UInt64(header.count), nil, nonce, expanded)
        }
    }

    /// Opens what was sealed last into `plaintext`.
    func open(into plaintext: inout [UInt8], header: [UInt8]) -> Bool {
        let count = UInt64(sealed.count)
        return switch cipher {
        case .chaCha20Poly1305:
            crypto_aead_chacha20poly1305_ietf_decrypt(
                &plaintext, nil, nil, sealed, count, header, UInt64(header.count), nonce, key) == 0
        case .aes256GCM:
            crypto_aead_aes256gcm_decrypt_afternm(
                &plaintext, nil, nil, sealed, count, header, UInt64(header.count), nonce, expanded) == 0
        }
    }

    private func setNonce(_ number: UInt64) {
        for index in 0..<8 { nonce[4 + index] = UInt8(truncatingIfNeeded: number >> UInt64(index * 8)) }
    }
}

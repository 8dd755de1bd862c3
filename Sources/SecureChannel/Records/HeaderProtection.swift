import CSodium

/// Masks the first byte's low bits and the packet number, so that an observer sees neither counters nor key phases
/// (RFC 9001 section 5.4).
package struct HeaderProtection: Sendable {
    /// "The sample ... 16 bytes" (RFC 9001 section 5.4.2).
    static let sampleCount = 16
    /// "the sample ... starts ... 4 bytes after the start of the Packet Number field" (RFC 9001 section 5.4.2).
    static let sampleOffset = 4
    /// The bits of the first byte that are masked: key phase, reserved, packet number length.
    static let firstByteMask: UInt8 = 0x3F

    private let key: SecretBytes

    init(key: SecretBytes) { self.key = key }

    /// The mask for a key and a sample as bytes, to be compared with the RFC's vector.
    package static func mask(key: [UInt8], sample: [UInt8]) -> UInt64 {
        precondition(key.count == ChaChaPoly.keyCount && sample.count == sampleCount, "32 and 16 bytes")
        return unsafe sample.span.withPointer { pointer in
            unsafe HeaderProtection(key: SecretBytes(copying: key.span)).mask(sample: pointer)
        }
    }

    /// The mask, byte 0 lowest (RFC 9001 section 5.4.4): "The first 4 bytes of the sampled ciphertext are the block
    /// counter ... The remaining 12 bytes are used as the nonce", with five zero bytes as the input.
    ///
    /// - Parameter sample: points to 16 bytes.
    func mask(sample: UnsafePointer<UInt8>) -> UInt64 {
        var counter: UInt32 = 0
        for index in 0..<4 { counter |= unsafe UInt32(sample[index]) << UInt32(index * 8) }
        var mask: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &mask) { bytes in
            guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
            _ = unsafe crypto_stream_chacha20_ietf_xor_ic(base, base, 5, sample + 4, counter, key.pointer)
        }
        return UInt64(littleEndian: mask)
    }
}

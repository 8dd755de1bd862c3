import CSodium

/// Masks the first byte's low bits and the packet number, so that an observer sees neither counters nor key phases, in the
/// way of RFC 9001 section 5.4.
///
/// The mask is SipHash-2-4 of the sample, a pseudorandom function of short inputs (Aumasson and Bernstein, 2012), and not a
/// block of ChaCha20 or AES: it takes a fifth of the time of the former, and libsodium offers no single block of the latter.
package struct HeaderProtection: Sendable {
    /// "The sample ... 16 bytes" (RFC 9001 section 5.4.2).
    static let sampleCount = 16
    /// "the sample ... starts ... 4 bytes after the start of the Packet Number field" (RFC 9001 section 5.4.2).
    static let sampleOffset = 4
    /// The bits of the first byte that are masked: key phase, reserved, packet number length.
    static let firstByteMask: UInt8 = 0x3F
    /// The length of a key in bytes.
    static let keyCount = 16

    private let key: SecretBytes

    init(key: SecretBytes) { self.key = key }

    /// The mask for a key and a sample as bytes, to be compared with a published vector.
    package static func mask(key: [UInt8], sample: [UInt8]) -> UInt64 {
        precondition(key.count == keyCount && sample.count == sampleCount, "16 bytes each")
        return unsafe sample.span.withPointer { pointer in
            unsafe HeaderProtection(key: SecretBytes(copying: key.span)).mask(sample: pointer)
        }
    }

    /// The mask, byte 0 lowest; five of its eight bytes are used.
    ///
    /// - Parameter sample: points to 16 bytes.
    @inline(__always)
    func mask(sample: UnsafePointer<UInt8>) -> UInt64 {
        var mask: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &mask) { bytes in
            guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
            _ = unsafe crypto_shorthash_siphash24(base, sample, UInt64(Self.sampleCount), key.pointer)
        }
        return UInt64(littleEndian: mask)
    }
}

import CSodium

/// HMAC and HKDF over BLAKE2b, as the Noise specification (section 4.3) defines them for its hash functions.
enum HMACBlake2b {
    /// HMAC (RFC 2104) of what `feed` writes.
    ///
    /// - Precondition: the key is at most one block, 128 bytes; all keys of this module are 32 or 64.
    static func authenticate(key: SecretBytes, _ feed: (inout Blake2b) -> Void) -> SecretBytes {
        precondition(key.count <= Blake2b.blockCount, "an HMAC key of this module fits one block")
        return unsafe SecretBytes(count: Blake2b.outputCount) { output in
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Blake2b.blockCount) { block in
                guard let base = block.baseAddress else { return }
                unsafe fill(base, key: key, pad: 0x36)
                unsafe Blake2b.digest(to: output) { hasher in
                    unsafe hasher.update(base, count: Blake2b.blockCount)
                    feed(&hasher)
                }
                unsafe fill(base, key: key, pad: 0x5C)
                unsafe Blake2b.digest(to: output) { hasher in
                    unsafe hasher.update(base, count: Blake2b.blockCount)
                    unsafe hasher.update(output, count: Blake2b.outputCount)
                }
                unsafe sodium_memzero(base, Blake2b.blockCount)
            }
        }
    }

    /// HKDF with two outputs (Noise section 4.3), 64 bytes each.
    static func derivePair(chainingKey: SecretBytes, from input: SecretBytes) -> (SecretBytes, SecretBytes) {
        let temporary = authenticate(key: chainingKey) { $0.update(input) }
        let first = authenticate(key: temporary) { $0.update([1]) }
        let second = authenticate(key: temporary) { hasher in
            hasher.update(first)
            hasher.update([2])
        }
        return (first, second)
    }

    /// HKDF with three outputs (Noise section 4.3), 64 bytes each.
    static func deriveTriple(
        chainingKey: SecretBytes, from input: SecretBytes
    ) -> (SecretBytes, SecretBytes, SecretBytes) {
        let temporary = authenticate(key: chainingKey) { $0.update(input) }
        let first = authenticate(key: temporary) { $0.update([1]) }
        let second = authenticate(key: temporary) { hasher in
            hasher.update(first)
            hasher.update([2])
        }
        let third = authenticate(key: temporary) { hasher in
            hasher.update(second)
            hasher.update([3])
        }
        return (first, second, third)
    }

    /// Any number of bytes from a secret and a label: HKDF-Expand (RFC 5869 section 2.3) over HMAC-BLAKE2b.
    ///
    /// - Precondition: `count` is at most 255 blocks (RFC 5869 section 2.3).
    static func expand(_ secret: SecretBytes, label: [UInt8], count: Int) -> SecretBytes {
        precondition((0...255 * Blake2b.outputCount).contains(count), "HKDF-Expand gives at most 255 blocks")
        return unsafe SecretBytes(count: count) { output in
            var block = unsafe SecretBytes(count: 0) { _ in }
            var filled = 0
            var index: UInt8 = 1
            while filled < count {
                block = authenticate(key: secret) { hasher in
                    hasher.update(block)
                    hasher.update(label)
                    hasher.update([index])
                }
                let take = min(block.count, count - filled)
                unsafe (output + filled).update(from: block.pointer, count: take)
                filled += take
                index &+= 1
            }
        }
    }

    /// Writes a block of the key and padding, each byte changed by `pad`.
    private static func fill(_ block: UnsafeMutablePointer<UInt8>, key: SecretBytes, pad: UInt8) {
        for index in 0..<key.count { unsafe (block + index).initialize(to: pad ^ key.pointer[index]) }
        unsafe (block + key.count).initialize(repeating: pad, count: Blake2b.blockCount - key.count)
    }
}

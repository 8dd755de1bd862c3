import CSodium
import WireFormat

/// BLAKE2b with 64 bytes of output (RFC 7693), fed in pieces. Its state is on the stack, and overwritten when it is done.
@safe
struct Blake2b: ~Copyable {
    /// HASHLEN of the Noise specification, section 12.8.
    static let outputCount = 64
    /// BLOCKLEN of the Noise specification, section 12.8: HMAC pads its key to this.
    static let blockCount = 128
    private static let stateCount = crypto_generichash_blake2b_statebytes()

    /// libsodium wants 64-byte alignment, which Swift's import of the type cannot express.
    private let state: UnsafeMutableRawPointer

    private init(at state: UnsafeMutableRawPointer) {
        _ = Sodium.isReady
        unsafe self.state = state
        _ = unsafe crypto_generichash_blake2b_init(OpaquePointer(state), nil, 0, Self.outputCount)
    }

    mutating func update(_ bytes: UnsafePointer<UInt8>, count: Int) {
        _ = unsafe crypto_generichash_blake2b_update(OpaquePointer(state), bytes, UInt64(count))
    }

    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withPointer { unsafe update($0, count: bytes.count) }
    }

    mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    mutating func update(_ secret: SecretBytes) { update(secret.span) }

    /// Writes the digest of what `feed` feeds, 64 bytes.
    static func digest(to output: UnsafeMutablePointer<UInt8>, _ feed: (inout Blake2b) -> Void) {
        unsafe withUnsafeTemporaryAllocation(byteCount: stateCount, alignment: 64) { memory in
            guard let base = memory.baseAddress else { return }
            var hasher = unsafe Blake2b(at: base)
            feed(&hasher)
            _ = unsafe crypto_generichash_blake2b_final(OpaquePointer(base), output, outputCount)
            unsafe sodium_memzero(base, memory.count)
        }
    }

    /// The digest of a public value.
    static func hash(_ feed: (inout Blake2b) -> Void) -> [UInt8] {
        [UInt8](capacity: outputCount) { output in
            unsafe output.appendAtPointer { output in
                unsafe digest(to: output, feed)
                return outputCount
            }
        }
    }
}

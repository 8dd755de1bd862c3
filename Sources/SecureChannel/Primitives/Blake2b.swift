import CSodium
import WireFormat

/// BLAKE2b with 64 bytes of output (RFC 7693), fed in pieces.
@safe
struct Blake2b: ~Copyable {
    /// HASHLEN of the Noise specification, section 12.8.
    static let outputCount = 64
    /// BLOCKLEN of the Noise specification, section 12.8: HMAC pads its key to this.
    static let blockCount = 128

    /// libsodium wants 64-byte alignment, which Swift's import of the type cannot express.
    private let state: UnsafeMutableRawPointer

    init() {
        _ = Sodium.isReady
        unsafe state = .allocate(byteCount: crypto_generichash_blake2b_statebytes(), alignment: 64)
        _ = unsafe crypto_generichash_blake2b_init(OpaquePointer(state), nil, 0, Self.outputCount)
    }

    deinit {
        unsafe sodium_memzero(state, crypto_generichash_blake2b_statebytes())
        unsafe state.deallocate()
    }

    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withPointer { pointer in
            _ = unsafe crypto_generichash_blake2b_update(OpaquePointer(state), pointer, UInt64(bytes.count))
        }
    }

    mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    mutating func update(_ secret: SecretBytes) { update(secret.span) }

    /// Ends the hash.
    consuming func finish() -> SecretBytes {
        unsafe SecretBytes(count: Self.outputCount) { output in
            _ = unsafe crypto_generichash_blake2b_final(OpaquePointer(state), output, Self.outputCount)
        }
    }

    /// The digest of a public value.
    static func hash(_ feed: (inout Blake2b) -> Void) -> [UInt8] {
        var hasher = Blake2b()
        feed(&hasher)
        return hasher.finish().copied()
    }
}

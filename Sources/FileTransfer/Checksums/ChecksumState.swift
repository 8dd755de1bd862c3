import CSodium
import WireFormat

/// A checksum that is fed in pieces, and told at any moment.
@safe
public final class ChecksumState {
    /// libsodium chooses its fastest code when it is initialised, once and thread-safely.
    private static let isReady = sodium_init() >= 0
    private static let stateCount = crypto_generichash_blake2b_statebytes()

    /// libsodium wants 64-byte alignment, which Swift's import of the type cannot express.
    private let state: UnsafeMutableRawPointer

    public init() {
        _ = Self.isReady
        unsafe state = UnsafeMutableRawPointer.allocate(byteCount: Self.stateCount, alignment: 64)
        _ = unsafe crypto_generichash_blake2b_init(OpaquePointer(state), nil, 0, FileChecksum.count)
    }

    deinit { unsafe state.deallocate() }

    public func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            _ = unsafe crypto_generichash_blake2b_update(OpaquePointer(state), base, UInt64(buffer.count))
        }
    }

    /// Of everything fed so far; more can be fed.
    public var checksum: FileChecksum {
        let bytes = unsafe withUnsafeTemporaryAllocation(byteCount: Self.stateCount, alignment: 64) { memory in
            var bytes = [UInt8](repeating: 0, count: FileChecksum.count)
            guard let copy = memory.baseAddress else { return bytes }
            unsafe copy.copyMemory(from: state, byteCount: Self.stateCount)
            _ = unsafe crypto_generichash_blake2b_final(OpaquePointer(copy), &bytes, bytes.count)
            return bytes
        }
        return FileChecksum(unchecked: bytes)
    }
}

import CSodium
import WireFormat

/// Secret bytes that are overwritten with zeros when the last reference to them goes.
///
/// A class, so that there is one copy however many machines share it, and a moment at which it ends.
/// Immutable after initialisation, hence safe to share between threads.
@safe
final class SecretBytes: @unchecked Sendable {
    let count: Int
    private let storage: UnsafeMutablePointer<UInt8>

    /// Allocates `count` zeroed bytes and lets `fill` write them.
    init<Failure: Error>(
        count: Int, _ fill: (UnsafeMutablePointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        _ = Sodium.isReady
        self.count = count
        // libsodium wants its expanded AES keys at such addresses.
        unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
            .initializeMemory(as: UInt8.self, repeating: 0, count: count)
        try unsafe fill(storage)
    }

    convenience init(copying bytes: Span<UInt8>) {
        unsafe self.init(count: bytes.count) { storage in
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress else { return }
                unsafe storage.update(from: from, count: source.count)
            }
        }
    }

    deinit {
        unsafe sodium_memzero(storage, count)
        unsafe storage.deallocate()
    }

    /// The bytes, valid as long as this object is.
    var pointer: UnsafePointer<UInt8> { unsafe UnsafePointer(storage) }

    /// The bytes as a span that cannot outlive this object.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: pointer, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes as an array, for what is no secret or must leave the module.
    func copied() -> [UInt8] { span.copied() }

    /// Compares in a time that depends on the lengths only.
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard other.count == count else { return false }
        return unsafe other.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe sodium_memcmp(pointer, base, count) == 0
        }
    }
}

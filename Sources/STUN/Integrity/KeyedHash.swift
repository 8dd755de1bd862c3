import Crypto

/// HMAC (RFC 2104) whose key is absorbed once, so that a message costs no key set-up.
///
/// swift-crypto's own HMAC type prepares both pads for every message; thousands of connectivity checks with
/// the same key need that only once.
struct KeyedHash<Function: HashFunction & Sendable>: Sendable {
    private let inner: Function
    private let outer: Function

    init(key: [UInt8]) {
        var block = [UInt8](repeating: 0, count: Function.blockByteCount)
        if key.count <= block.count {
            for (index, byte) in key.enumerated() { block[index] = byte }
        } else {
            for (index, byte) in Function.hash(bytes: key).enumerated() { block[index] = byte }
        }
        var inner = Function()
        inner.update(block.map { $0 ^ 0x36 }.span)
        self.inner = inner
        var outer = Function()
        outer.update(block.map { $0 ^ 0x5C }.span)
        self.outer = outer
    }

    /// The code over the concatenation of three pieces.
    func code(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) -> Function.Digest {
        var hash = inner
        hash.update(first)
        hash.update(second)
        hash.update(third)
        let innerDigest = hash.finalize()
        var result = outer
        unsafe innerDigest.withUnsafeBytes { bytes in unsafe result.update(bufferPointer: bytes) }
        return result.finalize()
    }
}

extension HashFunction {
    /// Absorbs bytes where they are.
    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in unsafe update(bufferPointer: buffer) }
    }

    static func hash(bytes: [UInt8]) -> Digest {
        var hash = Self()
        hash.update(bytes.span)
        return hash.finalize()
    }
}

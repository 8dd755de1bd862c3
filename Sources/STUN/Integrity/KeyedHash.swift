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
        inner = Self.absorbing(block, mixedWith: 0x36)
        outer = Self.absorbing(block, mixedWith: 0x5C)
    }

    private static func absorbing(_ block: [UInt8], mixedWith pad: UInt8) -> Function {
        var hash = Function()
        let mixed = block.map { $0 ^ pad }
        hash.update(mixed.span)
        return hash
    }

    /// The code over the concatenation of two pieces.
    func code(_ first: Span<UInt8>, _ second: Span<UInt8> = Span()) -> Function.Digest {
        var hash = inner
        hash.update(first)
        if !second.isEmpty { hash.update(second) }
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

extension Digest {
    /// Copies the digest to the front of a fixed array that is at least as long.
    func copyBytes<let size: Int>(to target: inout [size of UInt8]) {
        unsafe withUnsafeBytes { bytes in
            for index in bytes.indices { target[index] = unsafe bytes[index] }
        }
    }
}

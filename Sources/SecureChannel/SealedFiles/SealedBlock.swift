import WireFormat

/// The four bytes before a block of a sealed file.
public struct SealedBlock: Hashable, Sendable {
    /// The bytes of the head itself.
    public static let headSize = 4
    /// The most bytes of a block's plaintext.
    public static let maximumPlaintext = 8 << 20

    /// The bytes of the ciphertext with its tag.
    public let size: Int
    /// No block follows.
    public let isLast: Bool

    private static let lastBit: UInt32 = 1 << 31

    init(plaintextSize: Int, isLast: Bool) {
        size = plaintextSize + ChaChaPoly.tagCount
        self.isLast = isLast
    }

    public init(decoding bytes: Span<UInt8>) throws(SealedFileFailure) {
        var reader = ByteReader(bytes)
        guard let word = try? reader.readUInt32() else { throw .cutOff }
        size = Int(word & ~Self.lastBit)
        isLast = word & Self.lastBit != 0
        guard (ChaChaPoly.tagCount...ChaChaPoly.tagCount + Self.maximumPlaintext).contains(size) else {
            throw .tampered
        }
    }

    var encoded: [UInt8] {
        [UInt8](capacity: Self.headSize) { $0.append(bigEndian: UInt32(size) | (isLast ? Self.lastBit : 0)) }
    }
}

import WireFormat

/// What stands before the blocks of a sealed file.
///
/// A sealed file can be written by whoever knows its reader's public key, and read by its reader alone, who also learns
/// who wrote it. It is the one-way handshake `Noise_X_25519_ChaChaPoly_BLAKE2b` (Noise sections 7.4 and 8) followed by
/// transport messages:
///
///     "BEELINE1"                    8 bytes
///     reader's public key           32 bytes, in the clear, to say which key opens the file
///     length of the message         2 bytes, big-endian
///     Noise X message               e (32), the writer's static key sealed (48), a payload sealed (its length + 16)
///     blocks, one after the other
///
/// The prologue is what stands before the message's length. A block is four bytes, big-endian, whose highest bit marks
/// the last block and whose others say how many bytes follow, and then the ciphertext with its tag. Its key is the first
/// of the handshake's two transport keys, its nonce the block's number from 0 on, its associated data those four bytes.
/// So blocks can be neither changed nor left out nor moved, and a file that ends before the block marked as last was cut
/// off; what stands before the cut is as authentic as ever.
///
/// The handshake's ephemeral key is the writer's only copy of the file's key: a writer cannot read what it wrote.
public struct SealedFileHeader: Hashable, Sendable {
    /// The bytes that tell how long the header is.
    public static let prefixSize = magic.count + PublicKey.count + 2
    /// The most bytes of a payload.
    public static let maximumPayload = 1_024

    static let magic = Array("BEELINE1".utf8)
    /// Ephemeral key, sealed static key, tag of the payload.
    static let messageOverhead = PublicKey.count + PublicKey.count + ChaChaPoly.tagCount + ChaChaPoly.tagCount

    /// Whose key opens the file.
    public let reader: PublicKey
    /// The bytes of the Noise message that follows.
    public let messageSize: Int

    init(reader: PublicKey, messageSize: Int) {
        self.reader = reader
        self.messageSize = messageSize
    }

    /// Reads the first `prefixSize` bytes of a file.
    public init(decoding bytes: Span<UInt8>) throws(SealedFileFailure) {
        var input = ByteReader(bytes)
        guard let magic = try? input.read(count: Self.magic.count), magic.elementsEqual(Self.magic.span) else {
            throw .notSealed
        }
        guard let key = try? input.read(count: PublicKey.count).copied(), let reader = PublicKey(bytes: key),
            let size = try? input.readUInt16()
        else { throw .cutOff }
        guard Self.messageOverhead...Self.messageOverhead + Self.maximumPayload ~= Int(size) else { throw .notSealed }
        self.init(reader: reader, messageSize: Int(size))
    }

    var prologue: [UInt8] { Self.magic + reader.bytes }

    var encoded: [UInt8] { prologue + [UInt8](capacity: 2) { $0.append(bigEndian: UInt16(messageSize)) } }
}

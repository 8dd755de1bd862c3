import WireFormat

/// Seals the blobs that two peers exchange through the signaling server once message 2 is there: trickled candidates,
/// restarts. The server sees their lengths and nothing else.
///
/// A blob is a counter of 8 bytes, then the ciphertext. Each direction has a key of its own and its counter is the
/// nonce; blobs may be lost and come out of order, none is opened twice.
public struct SealedBox: Sendable {
    /// The longest plaintext in bytes.
    public static let maximumCount = 65_535 - overhead
    /// What a blob is longer than its plaintext.
    public static let overhead = 8 + ChaChaPoly.tagCount

    private let sendingKey: SecretBytes
    private let receivingKey: SecretBytes
    private var nextCounter: UInt64 = 0
    private var window = ReplayWindow()

    /// - Throws: `.tooEarly` before message 2.
    public init(_ handshake: Handshake) throws(HandshakeFailure) {
        let initiator = try handshake.earlySecret(label: "signaling from initiator", count: ChaChaPoly.keyCount)
        let responder = try handshake.earlySecret(label: "signaling from responder", count: ChaChaPoly.keyCount)
        sendingKey = handshake.role == .initiator ? initiator : responder
        receivingKey = handshake.role == .initiator ? responder : initiator
    }

    /// The blob of a plaintext of at most ``maximumCount`` bytes; a longer one throws `.malformed`.
    public mutating func seal(_ plaintext: Span<UInt8>) throws(SealedBoxFailure) -> [UInt8] {
        guard plaintext.count <= Self.maximumCount else { throw .malformed }
        let counter = nextCounter
        nextCounter += 1
        let head = [UInt8](capacity: 8) { $0.append(bigEndian: counter) }
        return head + ChaChaPoly.seal(plaintext, key: sendingKey, counter: counter, authenticating: head.span)
    }

    /// The plaintext of a blob that the peer sealed and that was not opened before.
    public mutating func open(_ blob: Span<UInt8>) throws(SealedBoxFailure) -> [UInt8] {
        guard (Self.overhead...Self.overhead + Self.maximumCount).contains(blob.count) else { throw .malformed }
        var reader = ByteReader(blob)
        guard let counter = try? reader.readUInt64(), counter <= TruncatedNumber.maximum else { throw .malformed }
        guard window.verdict(counter) == .fresh else { throw .replayed }
        let plaintext = ChaChaPoly.open(
            reader.rest, key: receivingKey, counter: counter, authenticating: blob.extracting(0..<8))
        guard let plaintext else { throw .notAuthentic }
        window.mark(counter)
        return plaintext
    }
}

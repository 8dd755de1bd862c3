import WireFormat

/// Seals a file to its reader's public key, block by block; `SealedFileHeader` describes the format.
public struct SealedFileWriter: Sendable {
    /// What the file begins with.
    public let header: [UInt8]
    private let key: SecretBytes
    private var nextBlock: UInt64 = 0
    private var isFinished = false

    /// - Parameters:
    ///   - reader: who can read it.
    ///   - keys: who writes it, which the reader learns.
    ///   - payload: at most `SealedFileHeader.maximumPayload` bytes that say what the file is.
    ///   - random: unpredictable in real programs.
    public init(
        to reader: PublicKey, from keys: StaticKeyPair, payload: Span<UInt8>, random: inout SeededRandom
    ) throws(SealedFileFailure) {
        guard payload.count <= SealedFileHeader.maximumPayload else { throw .tooLong }
        let head = SealedFileHeader(
            reader: reader, messageSize: SealedFileHeader.messageOverhead + payload.count)
        var noise = NoiseState(
            pattern: .x, isInitiator: true, prologue: head.prologue, keys: keys,
            ephemeral: StaticKeyPair(random: &random), remoteKey: reader)
        // The only failure of writing the first message is a reader's key of low order.
        guard let message = try? noise.writeMessage(payload) else { throw .notSealed }
        header = head.encoded + message
        key = noise.split().0
    }

    /// The next block.
    ///
    /// - Precondition: the last one was not written yet.
    public mutating func seal(_ plaintext: Span<UInt8>, isLast: Bool = false) throws(SealedFileFailure) -> [UInt8] {
        precondition(!isFinished, "nothing follows the last block")
        guard plaintext.count <= SealedBlock.maximumPlaintext else { throw .tooLong }
        let head = SealedBlock(plaintextSize: plaintext.count, isLast: isLast).encoded
        let counter = nextBlock
        nextBlock += 1
        isFinished = isLast
        return head + ChaChaPoly.seal(plaintext, key: key, counter: counter, authenticating: head.span)
    }
}

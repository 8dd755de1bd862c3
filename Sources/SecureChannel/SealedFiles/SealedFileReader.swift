import WireFormat

/// Opens the blocks of a sealed file, in order; `SealedFileHeader` describes the format.
public struct SealedFileReader: Sendable {
    /// Who wrote the file.
    public let writer: PublicKey
    /// What the writer says of it.
    public let payload: [UInt8]
    private let key: SecretBytes
    private var nextBlock: UInt64 = 0
    /// The last block was opened: the file is whole.
    public private(set) var isFinished = false

    /// - Parameters:
    ///   - message: the `messageSize` bytes behind the header's prefix.
    ///   - keys: the reader's own.
    public init(
        _ header: SealedFileHeader, message: Span<UInt8>, keys: StaticKeyPair
    ) throws(SealedFileFailure) {
        guard header.reader == keys.publicKey else { throw .sealedTo(header.reader) }
        guard message.count == header.messageSize else { throw .cutOff }
        // A reader has no part in the handshake but its static key.
        var noise = NoiseState(
            pattern: .x, isInitiator: false, prologue: header.prologue, keys: keys, ephemeral: keys)
        guard let payload = try? noise.readMessage(message), let writer = noise.remoteKey else { throw .tampered }
        self.writer = writer
        self.payload = payload
        key = noise.split().0
    }

    /// The plaintext of the next block.
    ///
    /// - Parameters:
    ///   - head: as it was read from `SealedBlock.headSize` bytes.
    ///   - ciphertext: the `head.size` bytes behind it.
    public mutating func open(_ head: SealedBlock, _ ciphertext: Span<UInt8>) throws(SealedFileFailure) -> [UInt8] {
        guard !isFinished else { throw .tampered }
        guard ciphertext.count == head.size else { throw .cutOff }
        let data = head.encoded
        let plaintext = ChaChaPoly.open(ciphertext, key: key, counter: nextBlock, authenticating: data.span)
        guard let plaintext else { throw .tampered }
        nextBlock += 1
        isFinished = head.isLast
        return plaintext
    }
}

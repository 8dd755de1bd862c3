import WireFormat

/// The content stream from the other side.
extension FileTransfers {
    mutating func receiveContent(_ bytes: Span<UInt8>) throws(StreamFault) {
        var pieces: [ContentPiece] = []
        var reader = reader
        do { try reader.append(bytes) { pieces.append($0) } }
        self.reader = reader
        for piece in pieces {
            switch piece {
            case .begin(let identifier, let offset): arrive(identifier, at: offset)
            case .bytes(let range): take(bytes.extracting(range))
            case .end(let checksum): finish(checksum)
            }
        }
    }

    /// A file's bytes begin. Those of one that was given up meanwhile are skipped.
    private mutating func arrive(_ identifier: TransferIdentifier, at offset: UInt64) {
        dropBlock()
        guard var file = received[identifier] else { return }
        guard case .accepted = file.state, offset == 0 || offset == file.heldBytes else {
            return fail(identifier, .violation)
        }
        if offset < file.heldBytes { events.append(.disk(.restart(identifier))) }
        file.state = .flowing
        file.heldBytes = offset
        file.receivedOffset = offset
        file.writtenOffset = offset
        received[identifier] = file
        arriving = identifier
        if let progress = progress(of: identifier) { events.append(.began(progress)) }
    }

    private mutating func take(_ bytes: Span<UInt8>) {
        guard let identifier = arriving, let file = received[identifier] else { return }
        guard UInt64(bytes.count) <= file.size - file.receivedOffset else { return fail(identifier, .violation) }
        received[identifier]?.receivedOffset += UInt64(bytes.count)
        unwrittenBytes += bytes.count
        if block.isEmpty { block.reserveCapacity(Self.blockBytes + bytes.count) }
        block.append(addingCapacity: bytes.count) { $0.append(contentsOf: bytes) }
        // A disk that has nothing to do need not wait for a whole block.
        if block.count >= Self.blockBytes || block.count == unwrittenBytes { writeBlock(identifier) }
    }

    mutating func writeBlock(_ identifier: TransferIdentifier) {
        guard !block.isEmpty else { return }
        events.append(.disk(.write(identifier, block)))
        block = []
    }

    private mutating func finish(_ checksum: FileChecksum) {
        guard let identifier = arriving, let file = received[identifier] else { return }
        guard file.receivedOffset == file.size else { return fail(identifier, .violation) }
        writeBlock(identifier)
        arriving = nil
        received[identifier]?.state = .committing
        events.append(.disk(.commit(identifier, checksum)))
    }

    /// What has come since the last block, of a file that goes no further, is not written.
    mutating func dropBlock() {
        unwrittenBytes -= block.count
        block = []
        arriving = nil
    }
}

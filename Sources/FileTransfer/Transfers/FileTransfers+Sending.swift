import WireFormat

/// The content stream to the other side.
extension FileTransfers {
    /// Writes what is to go into a stream, as far as there is room.
    ///
    /// - Returns: false if there was nothing.
    public mutating func pollTransmit(_ stream: FileStream, into output: inout OutputSpan<UInt8>) -> Bool {
        let before = output.count
        switch stream {
        case .messages:
            let count = min(output.freeCapacity, unsentMessages.count)
            output.append(contentsOf: unsentMessages.span.extracting(0..<count))
            unsentMessages.removeFirst(count)
        case .content:
            while let first = content.first, output.freeCapacity > 0 {
                let end = min(first.count, contentStart + output.freeCapacity)
                output.append(contentsOf: first.span.extracting(contentStart..<end))
                contentBytes -= end - contentStart
                contentStart = end
                guard end == first.count else { break }
                content.removeFirst()
                contentStart = 0
            }
            flow()
        }
        return output.count > before
    }

    /// Bytes that `pollTransmit` would write if it had the room.
    public func unsentBytes(on stream: FileStream) -> Int { stream == .messages ? unsentMessages.count : contentBytes }

    /// Lets a file wait for its turn.
    mutating func queue(_ identifier: TransferIdentifier, heldBytes: UInt64) {
        sent[identifier]?.state = .ready
        sent[identifier]?.heldBytes = heldBytes
        sent[identifier]?.queuedOffset = heldBytes
        sent[identifier]?.askedOffset = heldBytes
        contentQueue.append(identifier)
        flow()
    }

    /// Keeps two blocks of the file whose turn it is between the disk and the stream.
    mutating func flow() {
        guard !isOver else { return }
        if flowing == nil, !contentQueue.isEmpty { begin(contentQueue.removeFirst()) }
        guard let identifier = flowing, var file = sent[identifier] else { return }
        while contentBytes + file.readsAsked * Self.blockBytes < 2 * Self.blockBytes,
            file.askedOffset < file.size || (file.size == file.queuedOffset && file.readsAsked == 0)
        {
            let count = Int(min(UInt64(Self.blockBytes), file.size - file.askedOffset))
            file.askedOffset += UInt64(count)
            file.readsAsked += 1
            events.append(.disk(.read(identifier, count: count)))
        }
        sent[identifier] = file
    }

    private mutating func begin(_ identifier: TransferIdentifier) {
        guard let file = sent[identifier], let progress = progress(of: identifier) else { return }
        flowing = identifier
        sent[identifier]?.state = .flowing
        events.append(.began(progress))
        append(ContentPiece.begin(identifier, from: file.heldBytes))
    }

    mutating func read(_ identifier: TransferIdentifier, _ bytes: [UInt8], _ checksum: FileChecksum?) {
        guard var file = sent[identifier], flowing == identifier else { return }
        file.readsAsked -= 1
        file.queuedOffset += UInt64(bytes.count)
        if !bytes.isEmpty {
            append(ContentPiece.header(count: bytes.count))
            append(bytes)
        }
        // The disk may give less than it was asked for.
        if file.readsAsked == 0 { file.askedOffset = file.queuedOffset }
        if let checksum {
            append(ContentPiece.end(with: checksum))
            file.state = .sent
            flowing = nil
        }
        sent[identifier] = file
        flow()
    }

    private mutating func append(_ bytes: [UInt8]) {
        content.append(bytes)
        contentBytes += bytes.count
    }
}

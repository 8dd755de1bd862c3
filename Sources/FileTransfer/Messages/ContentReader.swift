import WireFormat

/// Cuts the content stream into pieces, however its bytes come; keeps nothing but a piece's head.
package struct ContentReader: Sendable {
    private enum State: Sendable {
        /// Bytes of a head that is not whole yet.
        case head([UInt8])
        case bytes(remaining: UInt64)
    }

    private var state = State.head([])

    package init() {}

    /// Takes the next bytes; calls `body` with each piece in them.
    package mutating func append(_ bytes: Span<UInt8>, _ body: (ContentPiece) -> Void) throws(StreamFault) {
        var position = 0
        while position < bytes.count {
            switch state {
            case .head(let known):
                let head = known + [bytes[position]]
                position += 1
                state = .head(head)
                try read(head.span, body)
            case .bytes(let remaining):
                let count = Int(min(remaining, UInt64(bytes.count - position)))
                state = remaining > UInt64(count) ? .bytes(remaining: remaining - UInt64(count)) : .head([])
                body(.bytes(position..<position + count))
                position += count
            }
        }
    }

    /// Reads a head, if it is whole.
    private mutating func read(_ head: Span<UInt8>, _ body: (ContentPiece) -> Void) throws(StreamFault) {
        guard let tag = ContentPiece.Tag(rawValue: head[0]) else { throw .malformed }
        var reader = ByteReader(head.extracting(1..<head.count))
        switch tag {
        case .begin:
            guard let number = try? reader.readVarint(), let offset = try? reader.readVarint() else { return }
            guard let identifier = TransferIdentifier(number) else { throw .malformed }
            state = .head([])
            body(.begin(identifier, offset: offset))
        case .bytes:
            guard let count = try? reader.readVarint() else { return }
            state = count > 0 ? .bytes(remaining: count) : .head([])
        case .end:
            guard let checksum = FileChecksum(reader.rest) else { return }
            state = .head([])
            body(.end(checksum))
        }
    }
}

import WireFormat

/// Cuts the stream of messages into messages.
package struct FileMessageDeframer: Sendable {
    private var buffer: [UInt8] = []

    package init() {}

    package mutating func append(_ bytes: Span<UInt8>) {
        buffer.reserveCapacity(buffer.count + bytes.count)
        for index in bytes.indices { buffer.append(bytes[index]) }
    }

    /// The next whole message of a kind this version knows, or nil until more bytes come.
    package mutating func next() throws(StreamFault) -> FileMessage? {
        while let body = try nextBody() {
            if let message = try FileMessage.decode(body.span) { return message }
        }
        return nil
    }

    private mutating func nextBody() throws(StreamFault) -> [UInt8]? {
        var reader = ByteReader(buffer.span)
        guard let length = try? reader.readVarint() else { return nil }
        guard length <= UInt64(FileMessage.maximumSize) else { throw .tooLong }
        guard let body = try? reader.read(count: Int(length)).copied() else { return nil }
        buffer.removeFirst(reader.offset)
        return body
    }
}

import WireFormat

/// Cuts the control stream's bytes into messages.
package struct ControlDeframer {
    private var buffer: [UInt8] = []
    /// What was handed out of it. It is cut away when more comes, and not with each of many short messages.
    private var offset = 0

    package init() {}

    package mutating func append(_ bytes: Span<UInt8>) {
        buffer.removeFirst(offset)
        offset = 0
        for index in bytes.indices { buffer.append(bytes[index]) }
    }

    /// The next whole message of a kind this version knows, or nil until more bytes come.
    package mutating func next() throws(ControlFailure) -> ControlMessage? {
        while let body = try nextBody() {
            if let message = try ControlMessage.decode(body.span) { return message }
        }
        return nil
    }

    private mutating func nextBody() throws(ControlFailure) -> [UInt8]? {
        var reader = ByteReader(buffer.span.extracting(offset..<buffer.count))
        guard let length = try? reader.readVarint() else { return nil }
        guard length <= UInt64(ControlMessage.maximumSize) else { throw .tooLong }
        guard let body = try? reader.read(count: Int(length)).copied() else { return nil }
        offset += reader.offset
        return body
    }
}

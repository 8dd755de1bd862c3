import WireFormat

/// Collects a response that arrives in pieces, within bounds. Each byte is looked at once, however small the pieces.
struct HTTPResponseReader: Sendable {
    /// What a gateway's description and its SOAP answers stay far below.
    static let headLimit = 8 * 1024
    static let bodyLimit = 64 * 1024

    private enum Framing {
        case length(Int)
        case chunked
        case untilClose
    }

    /// The head, and after it the body as far as it is not decoded yet.
    private var bytes: [UInt8] = []
    /// No empty line begins before this.
    private var searched = 0
    private var received = 0
    private var head: (status: Int, framing: Framing)?
    private var chunks = ChunkedBody(limit: bodyLimit)

    init() {}

    /// Takes more bytes; returns the response once it is whole.
    ///
    /// - Throws: `MappingFailure.malformed` if it is no response, or too big.
    mutating func append(_ piece: Span<UInt8>) throws(MappingFailure) -> HTTPResponse? {
        received += piece.count
        guard received <= Self.headLimit + 2 * Self.bodyLimit else { throw .malformed }
        bytes += piece.copied()
        if head == nil { try readHead() }
        if case .chunked? = head?.framing { try decode() }
        return try whole(isClosed: false)
    }

    /// The connection was closed: what has no length ends here.
    func close() throws(MappingFailure) -> HTTPResponse {
        guard let response = try whole(isClosed: true) else { throw .malformed }
        return response
    }

    private mutating func readHead() throws(MappingFailure) {
        guard let end = findEndOfHead() else {
            if bytes.count > Self.headLimit { throw .malformed }
            return
        }
        let parsed = try HTTPHead(bytes[..<end])
        bytes.removeFirst(end + 4)
        head = (parsed.status, try Self.framing(of: parsed))
    }

    private static func framing(of head: HTTPHead) throws(MappingFailure) -> Framing {
        if let encoding = head["transfer-encoding"] {
            guard encoding.lowercased() == "chunked" else { throw .malformed }
            return .chunked
        }
        guard let text = head["content-length"] else { return .untilClose }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(text), length <= bodyLimit else {
            throw .malformed
        }
        return .length(length)
    }

    private mutating func findEndOfHead() -> Int? {
        while searched + 4 <= bytes.count {
            if bytes[searched..<searched + 4].elementsEqual([13, 10, 13, 10]) { return searched }
            searched += 1
        }
        return nil
    }

    private mutating func decode() throws(MappingFailure) {
        for byte in bytes { try chunks.append(byte) }
        bytes.removeAll(keepingCapacity: true)
    }

    private func whole(isClosed: Bool) throws(MappingFailure) -> HTTPResponse? {
        guard let head else { return nil }
        switch head.framing {
        case .length(let length):
            guard bytes.count >= length else { return nil }
            return HTTPResponse(status: head.status, body: Array(bytes.prefix(length)))
        case .chunked:
            return chunks.isWhole ? HTTPResponse(status: head.status, body: chunks.bytes) : nil
        case .untilClose:
            guard bytes.count <= Self.bodyLimit else { throw .malformed }
            return isClosed ? HTTPResponse(status: head.status, body: bytes) : nil
        }
    }
}

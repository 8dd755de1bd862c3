import WireFormat

/// Collects a response that arrives in pieces, within bounds.
struct HTTPResponseReader: Sendable {
    /// What a gateway's description and its SOAP answers stay far below.
    static let headLimit = 8 * 1024
    static let bodyLimit = 64 * 1024

    private enum Framing {
        case length(Int)
        case chunked
        case untilClose
    }

    private var bytes: [UInt8] = []
    private var head: (status: Int, framing: Framing, bodyStart: Int)?

    init() {}

    /// Takes more bytes; returns the response once it is whole.
    ///
    /// - Throws: `MappingFailure.malformed` if it is no response, or too big.
    mutating func append(_ piece: Span<UInt8>) throws(MappingFailure) -> HTTPResponse? {
        guard bytes.count + piece.count <= Self.headLimit + 2 * Self.bodyLimit else { throw .malformed }
        bytes += piece.copied()
        if head == nil { try readHead() }
        return try whole(isClosed: false)
    }

    /// The connection was closed: what has no length ends here.
    func close() throws(MappingFailure) -> HTTPResponse {
        guard let response = try whole(isClosed: true) else { throw .malformed }
        return response
    }

    private mutating func readHead() throws(MappingFailure) {
        guard let end = endOfHead else {
            if bytes.count > Self.headLimit { throw .malformed }
            return
        }
        let parsed = try HTTPHead(bytes[..<end])
        let framing: Framing
        if let encoding = parsed["transfer-encoding"] {
            guard encoding.lowercased() == "chunked" else { throw .malformed }
            framing = .chunked
        } else if let text = parsed["content-length"] {
            guard let length = Int(text), (0...Self.bodyLimit).contains(length) else { throw .malformed }
            framing = .length(length)
        } else {
            framing = .untilClose
        }
        head = (parsed.status, framing, end + 4)
    }

    private var endOfHead: Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0..<bytes.count - 3
        where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
            return index
        }
        return nil
    }

    private func whole(isClosed: Bool) throws(MappingFailure) -> HTTPResponse? {
        guard let head else { return nil }
        let body = bytes[head.bodyStart...]
        switch head.framing {
        case .length(let length):
            guard body.count >= length else { return nil }
            return HTTPResponse(status: head.status, body: Array(body.prefix(length)))
        case .chunked:
            return try decodeChunks(body).map { HTTPResponse(status: head.status, body: $0) }
        case .untilClose:
            guard body.count <= Self.bodyLimit else { throw .malformed }
            return isClosed ? HTTPResponse(status: head.status, body: Array(body)) : nil
        }
    }

    /// RFC 9112 section 7.1; nil if the last chunk is not there yet. Trailers are not waited for.
    private func decodeChunks(_ body: ArraySlice<UInt8>) throws(MappingFailure) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = body
        while true {
            guard let line = rest.firstIndex(of: 10) else {
                if rest.count > 256 { throw .malformed }
                return nil
            }
            let size = try chunkSize(rest[rest.startIndex..<line])
            rest = rest[(line + 1)...]
            if size == 0 { return decoded }
            guard decoded.count + size <= Self.bodyLimit else { throw .malformed }
            guard rest.count >= size + 2 else { return nil }
            decoded += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard rest.starts(with: [13, 10]) else { throw .malformed }
            rest = rest.dropFirst(2)
        }
    }

    private func chunkSize(_ line: ArraySlice<UInt8>) throws(MappingFailure) -> Int {
        var size = 0
        var digits = 0
        for byte in line {
            if byte == 13 || byte == UInt8(ascii: ";") { break }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digits < 6 else { throw .malformed }
            size = size * 16 + digit
            digits += 1
        }
        guard digits > 0 else { throw .malformed }
        return size
    }
}

/// The status line and the headers of a response, or the headers of a datagram in HTTP's form (SSDP).
struct HTTPHead: Equatable, Sendable {
    var status: Int
    private var fields: [(name: String, value: String)]

    private static let fieldLimit = 64

    /// The value of a header; names are compared without regard to case (RFC 9110 section 5.1).
    subscript(name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }

    /// - Parameter bytes: up to and without the empty line.
    init(_ bytes: some Sequence<UInt8>) throws(MappingFailure) {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else { throw .malformed }
        let lines = text.split(separator: "\r\n", maxSplits: Self.fieldLimit + 1, omittingEmptySubsequences: false)
        guard let first = lines.first, lines.count <= Self.fieldLimit + 1 else { throw .malformed }
        status = try Self.status(first)
        fields = []
        for line in lines.dropFirst() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            let value = line[line.index(after: colon)...]
            fields.append((line[..<colon].lowercased(), Self.trimmed(value)))
        }
    }

    /// `HTTP/1.1 200 OK` (RFC 9112 section 4).
    private static func status(_ line: Substring) throws(MappingFailure) -> Int {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3,
            let status = Int(parts[1]), (100...599).contains(status)
        else { throw .malformed }
        return status
    }

    private static func trimmed(_ value: Substring) -> String {
        var value = value
        while let first = value.first, first == " " || first == "\t" { value.removeFirst() }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return String(value)
    }

    static func == (left: HTTPHead, right: HTTPHead) -> Bool {
        left.status == right.status && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }
}

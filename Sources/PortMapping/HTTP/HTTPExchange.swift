import WireFormat

/// One request and its response over a connection of its own.
struct HTTPExchange: Sendable {
    let path: Path
    private let request: [UInt8]
    private var sent = 0
    private var reader = HTTPResponseReader()

    init(path: Path, request: String) {
        self.path = path
        self.request = Array(request.utf8)
    }

    /// Writes what is left of the request, as much as fits; nil if nothing is.
    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>) -> Path? {
        let count = min(request.count - sent, packet.freeCapacity)
        guard count > 0 else { return nil }
        packet.append(contentsOf: request.span.extracting(sent..<sent + count))
        sent += count
        return path
    }

    mutating func receive(_ piece: Span<UInt8>) throws(MappingFailure) -> HTTPResponse? { try reader.append(piece) }

    func close() throws(MappingFailure) -> HTTPResponse { try reader.close() }
}

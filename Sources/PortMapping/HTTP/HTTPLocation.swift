import WireFormat

/// An `http` URL whose host is a literal address: all that a gateway needs to name.
struct HTTPLocation: Equatable, Sendable {
    var server: TransportAddress
    /// The path and query, with the leading slash.
    var path: String

    private static let lengthLimit = 1_024

    init(server: TransportAddress, path: String) {
        self.server = server
        self.path = path
    }

    /// Nil for anything else, names and other schemes included.
    init?(_ text: String) {
        guard text.utf8.count <= Self.lengthLimit, Self.isPrintable(text) else { return nil }
        guard let scheme = text.firstRange(ofASCII: "://"), text[..<scheme.lowerBound].lowercased() == "http" else {
            return nil
        }
        let rest = text[scheme.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let server = Self.server(String(rest[..<slash])) else { return nil }
        self.init(server: server, path: slash == rest.endIndex ? "/" : String(rest[slash...]))
    }

    /// A reference as a description gives it: a whole URL of the same server, an absolute path, or a bare path.
    func resolving(_ reference: String) -> HTTPLocation? {
        guard !reference.isEmpty, reference.utf8.count <= Self.lengthLimit, Self.isPrintable(reference) else {
            return nil
        }
        if let whole = HTTPLocation(reference) { return whole.server.ip == server.ip ? whole : nil }
        guard reference.firstRange(ofASCII: "://") == nil else { return nil }
        return HTTPLocation(server: server, path: reference.first == "/" ? reference : "/" + reference)
    }

    private static func server(_ text: String) -> TransportAddress? {
        if let whole = TransportAddress(text) { return whole.port == 0 ? nil : whole }
        return IPAddress(text).map { TransportAddress(ip: $0, port: 80) }
    }

    private static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}

extension String {
    /// Where `pattern` first occurs. (The standard library's own search needs Foundation or regular expressions.)
    func firstRange(ofASCII pattern: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(pattern) { return start..<index(start, offsetBy: pattern.count) }
            start = index(after: start)
        }
        return nil
    }
}

import WireFormat

/// A host's own place in the network, as people write it: an address or a name, and a port if it is not the usual one.
struct PathHost: Equatable, CustomStringConvertible {
    /// An address, or a name to be looked up.
    let name: String
    let port: UInt16

    init(address: TransportAddress) {
        name = "\(address.ip)"
        port = address.port
    }

    /// Parses `192.0.2.1`, `192.0.2.1:8471`, `2001:db8::1`, `[2001:db8::1]:8471`, `desk.example` or `desk.example:8471`.
    init?(_ text: String) {
        if let address = TransportAddress(text) {
            self.init(address: address)
        } else if let ip = IPAddress(text) {
            self.init(address: TransportAddress(ip: ip, port: ListenAddress.usualPort))
        } else if let host = Self.named(text) {
            self = host
        } else {
            return nil
        }
        if port == 0 { return nil }
    }

    private init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }

    private static func named(_ text: String) -> PathHost? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, isName(name) else { return nil }
        guard parts.count == 2 else { return PathHost(name: String(name), port: ListenAddress.usualPort) }
        return TransportAddress.parsePort(parts[1]).map { PathHost(name: String(name), port: $0) }
    }

    /// Letters, digits, dashes and underscores between dots (RFC 1123 section 2.1, and what people use beside). All digits
    /// and dots would be an address, which this is not.
    private static func isName(_ text: Substring) -> Bool {
        let isMadeOfLabels = text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63
                && label.utf8.allSatisfy { (48...57).contains($0) || isLetter($0) || $0 == 45 || $0 == 95 }
        }
        return isMadeOfLabels && text.utf8.count <= 253 && text.utf8.contains(where: isLetter)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

    var description: String {
        let isIPv6 = IPAddress(name).map { !$0.isIPv4 } ?? false
        if port == ListenAddress.usualPort { return name }
        return isIPv6 ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}

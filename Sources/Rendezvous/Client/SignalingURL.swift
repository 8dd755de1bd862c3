import WireFormat

/// Where a signaling server is: `ws://host:port/prefix` or `wss://...`.
public struct SignalingURL: Hashable, Sendable, CustomStringConvertible {
    /// Why a text is no such URL, in words for who typed it.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        public let text: String
        public let detail: String

        init(_ text: String, _ detail: String) {
            self.text = text
            self.detail = detail
        }

        public var description: String { "\"\(text)\" is not a signaling server's URL: \(detail)" }
    }

    public let isSecure: Bool
    /// A name or an address, however it was typed in the one form that proofs of identity are bound to: a name in lower
    /// case, an IPv6 address as RFC 5952 has it, without its brackets.
    public let host: String
    public let port: UInt16
    /// What stands before each path the client asks for: empty, or `/prefix` without a slash at its end.
    public let prefix: String

    public init(isSecure: Bool, host: String, port: UInt16, prefix: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// Parses a URL as a user types it.
    ///
    /// - Throws: what is wrong, in words.
    public init(_ text: String) throws(Failure) {
        let parts = try Self.split(text)
        isSecure = parts.scheme == "wss"
        prefix = try Self.prefix(parts.path, of: text)
        guard let colon = Self.portColon(parts.authority) else {
            host = try Self.host(parts.authority, of: text)
            port = isSecure ? 443 : 80
            return
        }
        host = try Self.host(parts.authority[..<colon], of: text)
        let digits = parts.authority[parts.authority.index(after: colon)...]
        guard let port = TransportAddress.parsePort(digits), port > 0 else {
            throw Failure(text, "the port is not a number from 1 to 65535")
        }
        self.port = port
    }

    /// The value of HTTP's `Host` field.
    public var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    public var description: String { "\(isSecure ? "wss" : "ws")://\(hostField)\(prefix.isEmpty ? "/" : prefix)" }

    private static func split(
        _ text: String
    ) throws(Failure) -> (scheme: Substring, authority: Substring, path: Substring) {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(text, "it has a space or a character that no URL has")
        }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw Failure(text, "it must begin with ws:// or wss://")
        }
        let scheme = text[..<colon]
        guard scheme == "ws" || scheme == "wss" else { throw Failure(text, "it must begin with ws:// or wss://") }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        return (scheme, rest[..<slash], rest[slash...])
    }

    private static func prefix(_ path: Substring, of text: String) throws(Failure) -> String {
        guard !path.contains("?"), !path.contains("#") else { throw Failure(text, "it has a query or a fragment") }
        var path = path
        while path.last == "/" { path.removeLast() }
        return String(path)
    }

    /// The colon before the port, which is none of those within brackets.
    private static func portColon(_ authority: Substring) -> Substring.Index? {
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        return authority[bracket...].lastIndex(of: ":")
    }

    private static func host(_ text: Substring, of url: String) throws(Failure) -> String {
        if text.first == "[", text.last == "]" {
            let inner = String(text.dropFirst().dropLast())
            guard let ip = IPAddress(inner), !ip.isIPv4 else { throw Failure(url, "[\(inner)] is no IPv6 address") }
            return ip.description
        }
        let allowed = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                || byte == 46
                || byte == 95
        }
        guard !text.isEmpty, text.utf8.count <= 253, allowed else { throw Failure(url, "\"\(text)\" is no host name") }
        return text.lowercased()
    }
}

import WireFormat

/// A relay that is named to peers, by its URI (RFC 7065): ours on another machine, or coturn.
struct RelayServer: Hashable, Sendable {
    /// A name or an address; an IPv6 address without its brackets.
    let host: String
    let port: UInt16
    let transport: TransportProtocol

    /// Parses `turn:host:port?transport=udp` or `turns:host:port`, the port and the transport if they are not the usual
    /// ones; nil if the text is neither.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), text.utf8.count <= 300 else { return nil }
        let isSecure = text.hasPrefix("turns:")
        guard isSecure || text.hasPrefix("turn:") else { return nil }
        let parts = text.dropFirst(isSecure ? 6 : 5).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        switch (isSecure, parts.count == 2 ? parts[1] : nil) {
        case (false, nil), (false, "transport=udp"): transport = .udp
        case (false, "transport=tcp"): transport = .tcp
        // Over UDP, turns is DTLS, which peers do not speak.
        case (true, nil), (true, "transport=tcp"): transport = .tls
        default: return nil
        }
        let place = parts[0]
        let bracket = place.lastIndex(of: "]") ?? place.startIndex
        guard let colon = place[bracket...].lastIndex(of: ":") else {
            guard let host = Self.host(place) else { return nil }
            (self.host, port) = (host, isSecure ? 5_349 : 3_478)
            return
        }
        guard let host = Self.host(place[..<colon]), let port = UInt16(place[place.index(after: colon)...]), port > 0
        else { return nil }
        (self.host, self.port) = (host, port)
    }

    private static func host(_ text: Substring) -> String? {
        if text.first == "[", text.last == "]" {
            let inner = String(text.dropFirst().dropLast())
            return IPAddress(inner)?.isIPv4 == false ? inner : nil
        }
        guard !text.isEmpty, text.utf8.count <= 253, !text.contains(where: { ":[]/@".contains($0) }) else { return nil }
        return String(text)
    }
}

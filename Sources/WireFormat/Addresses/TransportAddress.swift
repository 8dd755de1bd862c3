/// An IP address and a port: what STUN, TURN and ICE call a transport address.
@frozen
public struct TransportAddress: Hashable, Sendable {
    public var ip: IPAddress
    public var port: UInt16

    @inlinable
    public init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }
}

extension TransportAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Parses `192.0.2.1:3478` or `[2001:db8::1]:3478`; nil if the text is neither.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.parsePort(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.first == "[" && host.last == "]"
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(String(host)), ip.isIPv4 != isBracketed else { return nil }
        self.init(ip: ip, port: port)
    }

    /// Reads the decimal digits of a port, one to five of them and nothing else: `UInt16` takes a sign, too.
    public static func parsePort(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return UInt16(text)
    }

    public var description: String { ip.isIPv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)" }
}

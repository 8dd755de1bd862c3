import NIOHTTP1
import WireFormat

/// The address of a client that came through proxies, by `X-Forwarded-For`.
enum ForwardedSource {
    /// Addresses looked at, from the last one.
    private static let limit = 16

    /// Each proxy adds the address that it saw behind those that it was told. Read from the last one, what trusted proxies
    /// say is true, up to the first address that is none of theirs: what stands before, that client may have made up.
    ///
    /// - Returns: nil where no proxy of ours says anything that is an address.
    static func find(_ headers: HTTPHeaders, isTrusted: (IPAddress) -> Bool) -> TransportAddress? {
        let entries = headers["x-forwarded-for"].joined(separator: ",").split(separator: ",").suffix(limit)
        var found: TransportAddress?
        for entry in entries.reversed() {
            guard let address = parse(entry) else { break }
            found = address
            if !isTrusted(address.ip) { break }
        }
        return found
    }

    /// With a port or without, then it is 0; IPv6 with brackets or without.
    private static func parse(_ entry: Substring) -> TransportAddress? {
        var text = entry.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        if text.first == "[", text.last == "]" { text = text.dropFirst().dropLast() }
        if let ip = IPAddress(String(text)) { return TransportAddress(ip: ip.unmapped, port: 0) }
        return TransportAddress(String(text)).map { TransportAddress(ip: $0.ip.unmapped, port: $0.port) }
    }
}

import WireFormat

/// Discovery (UPnP Device Architecture, section 1.3).
enum SSDP {
    static let group = TransportAddress(ip: .v4(0xEFFF_FFFA), port: 1_900)

    /// What is searched for; version 2 devices answer for version 1 too, some old ones only for their own.
    static let targets = [
        "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
        "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
    ]

    static func search(_ target: String) -> String {
        "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: \(target)\r\n\r\n"
    }

    private static let lengthLimit = 2_048

    /// The location in an answer to a search for gateways.
    ///
    /// - Throws: `MappingFailure.unrelated` if something else answered.
    static func location(_ datagram: Span<UInt8>) throws(MappingFailure) -> HTTPLocation {
        guard datagram.count <= lengthLimit else { throw .malformed }
        let head = try HTTPHead(datagram.copied())
        guard head.status == 200, let target = head["st"], targets.contains(target) else { throw .unrelated }
        guard let text = head["location"], let location = HTTPLocation(text) else { throw .malformed }
        return location
    }
}

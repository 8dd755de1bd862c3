import WireFormat

/// What a device description says of services that map ports (UPnP Device Architecture, section 2).
struct GatewayDescription: Equatable {
    /// The services that map ports, the better one first.
    static let serviceTypes = [
        "urn:schemas-upnp-org:service:WANIPConnection:2",
        "urn:schemas-upnp-org:service:WANIPConnection:1",
        "urn:schemas-upnp-org:service:WANPPPConnection:1",
    ]

    private static let serviceLimit = 64

    var service: UPnPService

    /// - Throws: `MappingFailure.malformed` if it is no description, or of no gateway.
    init(_ body: [UInt8], from location: HTTPLocation) throws(MappingFailure) {
        var reader = XMLReader(body)
        var element = ""
        var base = location
        var found: [(type: String, control: String)] = []
        var type = ""
        var control = ""
        while let token = try reader.next() {
            switch token {
            case .start(let name):
                element = name
                if name == "service" { (type, control) = ("", "") }
            case .text(let text):
                if element == "serviceType" { type = text }
                if element == "controlURL" { control = text }
                if element == "URLBase", let url = HTTPLocation(text), url.server.ip == location.server.ip {
                    base = url
                }
            case .end(let name):
                element = ""
                if name == "service", found.count < Self.serviceLimit { found.append((type, control)) }
            }
        }
        for wanted in Self.serviceTypes {
            for candidate in found where candidate.type == wanted {
                guard let control = base.resolving(candidate.control) else { continue }
                service = UPnPService(type: wanted, control: control)
                return
            }
        }
        throw .malformed
    }
}

import WireFormat

/// A NAT of the test network: one public address, port assignment in sequence.
struct TestNAT {
    enum Kind: CaseIterable {
        /// Endpoint-independent mapping and filtering.
        case fullCone
        /// Endpoint-independent mapping, address-and-port-dependent filtering.
        case portRestricted
        /// Address-and-port-dependent mapping and filtering.
        case symmetric
    }

    struct Mapping {
        let inside: TransportAddress
        let target: TransportAddress?
        let port: UInt16
        var allowed: [TransportAddress] = []
    }

    let kind: Kind
    let outside: IPAddress
    private var mappings: [Mapping] = []
    private var nextPort: UInt16 = 40_000

    init(kind: Kind, outside: IPAddress) {
        self.kind = kind
        self.outside = outside
    }

    mutating func translateOut(_ inside: TransportAddress, to remote: TransportAddress) -> TransportAddress {
        let target = kind == .symmetric ? remote : nil
        let index: Int
        if let known = mappings.firstIndex(where: { $0.inside == inside && $0.target == target }) {
            index = known
        } else {
            index = mappings.count
            mappings.append(Mapping(inside: inside, target: target, port: nextPort))
            nextPort += 1
        }
        if !mappings[index].allowed.contains(remote) { mappings[index].allowed.append(remote) }
        return TransportAddress(ip: outside, port: mappings[index].port)
    }

    func translateIn(_ port: UInt16, from remote: TransportAddress) -> TransportAddress? {
        guard let mapping = mappings.first(where: { $0.port == port }) else { return nil }
        guard kind == .fullCone || mapping.allowed.contains(remote) else { return nil }
        return mapping.inside
    }

    /// The NAT was rebooted: all mappings are gone, and new ones get other ports.
    mutating func forgetMappings() { mappings = [] }
}

import WireFormat

/// Where a server would listen, and by which setting.
struct ListenPlan {
    enum Transport: String {
        case tcp = "TCP"
        case udp = "UDP"
    }

    struct Place {
        let setting: Setting
        let address: TransportAddress
        let transports: [Transport]

        /// Whether the system gives only one of them its port.
        func shares(_ transport: Transport, with other: Place) -> Bool {
            address.port != 0 && address.port == other.address.port
                && transports.contains(transport) && other.transports.contains(transport)
                && (address.ip == other.address.ip || takes(other.address.ip) || other.takes(address.ip))
        }

        /// Whether it is at all addresses of this one's family. `::` is at those of IPv4, too, for signaling and the operator's
        /// page, and counts so for all.
        private func takes(_ ip: IPAddress) -> Bool {
            address.ip.isUnspecified && (!address.ip.isIPv4 || ip.isIPv4)
        }
    }

    private(set) var places: [Place] = []

    init(_ options: ServerOptions) {
        add(.port, options.listen, options.signalingPort, [.tcp])
        if options.isRelaying {
            add(.turnPort, options.listen, options.relayPort, [.tcp, .udp])
            add(.turnTCPPort, options.listen, options.turnTCPPort, [.tcp])
            // Signaling's port takes TURN along.
            if options.turnTLSPort != options.signalingPort {
                add(.turnTLSPort, options.listen, options.turnTLSPort, [.tcp])
            }
            if case .number(let port) = options.alternatePort { add(.alternatePort, options.listen, port, [.udp]) }
        }
        if let admin = options.admin { add(.admin, admin.ip, admin.port, [.tcp]) }
    }

    private mutating func add(_ setting: Setting, _ ip: IPAddress, _ port: UInt16?, _ transports: [Transport]) {
        guard let port, port != 0 else { return }
        places.append(Place(setting: setting, address: TransportAddress(ip: ip, port: port), transports: transports))
    }

    /// The setting whose address a failure to listen names.
    func setting(namedIn failure: String) -> Setting? {
        places.first { place in
            let address = place.address
            return failure.contains("\(address):") || failure.contains("\(address.ip):\(address.port):")
        }?.setting
    }
}

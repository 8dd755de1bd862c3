import Foundation
import NetworkIO
import WireFormat

/// Whether the addresses are this machine's and the ports free: binds each for a moment.
struct PortCheck {
    private(set) var findings: [Finding] = []

    init(options: ServerOptions, own: [IPAddress]) {
        for (setting, ip) in [
            (Setting.listen, options.listen), (.alternateAddress, options.alternateAddress?.bound),
            (.admin, options.admin?.ip),
        ] {
            guard let ip, !ip.isUnspecified, !ip.isLoopback, !own.contains(ip) else { continue }
            findings.append(
                Finding(.error, setting, "\(ip) is no address of this machine. It has \(Self.list(own))."))
        }
        guard findings.isEmpty else { return }
        let main = options.listen
        check(.port, main, options.signalingPort, [.tcp])
        if options.isRelaying {
            check(.turnPort, main, options.relayPort, [.tcp, .udp])
            if let port = options.turnTCPPort { check(.turnTCPPort, main, port, [.tcp]) }
            if let port = options.turnTLSPort, port != options.signalingPort { check(.turnTLSPort, main, port, [.tcp]) }
            if case .number(let port) = options.alternatePort { check(.alternatePort, main, port, [.udp]) }
            checkRelayPorts(options)
        }
        if let admin = options.admin { check(.admin, admin.ip, admin.port, [.tcp]) }
    }

    private enum Transport: String {
        case tcp = "TCP"
        case udp = "UDP"
    }

    private mutating func check(_ setting: Setting, _ ip: IPAddress, _ port: UInt16, _ transports: [Transport]) {
        guard port != 0 else { return }
        let address = TransportAddress(ip: ip, port: port)
        var isFree = true
        for transport in transports {
            let code = PortProbe.bind(address, isStream: transport == .tcp)
            guard code != 0 else { continue }
            isFree = false
            let advice =
                switch code {
                case EADDRINUSE: "it is in use; is a server running already?"
                case EACCES: "ports below 1024 need CAP_NET_BIND_SERVICE."
                default: String(cString: strerror(code)) + "."
                }
            findings.append(
                Finding(.error, setting, "\(transport.rawValue) \(address) cannot be listened on: \(advice)"))
        }
        guard isFree else { return }
        let names = transports.map(\.rawValue).joined(separator: " and ")
        findings.append(Finding(.ok, setting, "\(names) \(address) is free."))
    }

    private mutating func checkRelayPorts(_ options: ServerOptions) {
        let range = options.relayPorts
        if range.contains(options.relayPort) {
            findings.append(Finding(.error, .relayPorts, RelayPortFailure.isRelayed(options.relayPort).description))
        }
        // A session takes up to four: a host that waits, both peers, and one more of the other family.
        if range.count < 64 {
            findings.append(
                Finding(
                    .warning, .relayPorts, "\(range.count) ports are enough for \(range.count / 4) relayed sessions."))
        }
    }

    private static func list(_ addresses: [IPAddress]) -> String {
        addresses.map(\.description).joined(separator: ", ")
    }
}

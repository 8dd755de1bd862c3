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
        let places = ListenPlan(options).places
        for (index, place) in places.enumerated() { check(place, after: places[..<index]) }
        if options.isRelaying { checkRelayPorts(options) }
    }

    private mutating func check(_ place: ListenPlan.Place, after others: ArraySlice<ListenPlan.Place>) {
        var isFree = true
        for transport in place.transports {
            guard let words = fault(place, transport, after: others) else { continue }
            isFree = false
            findings.append(
                Finding(.error, place.setting, "\(transport.rawValue) \(place.address) cannot be listened on: \(words)")
            )
        }
        guard isFree else { return }
        let names = place.transports.map(\.rawValue).joined(separator: " and ")
        findings.append(Finding(.ok, place.setting, "\(names) \(place.address) is free."))
    }

    private func fault(
        _ place: ListenPlan.Place, _ transport: ListenPlan.Transport, after others: ArraySlice<ListenPlan.Place>
    ) -> String? {
        if let other = others.first(where: { place.shares(transport, with: $0) }) {
            return "--\(other.setting.rawValue) takes that port."
        }
        switch PortProbe.bind(place.address, isStream: transport == .tcp) {
        case 0: return nil
        case EADDRINUSE: return "it is in use; is a server running already?"
        case EACCES: return "ports below 1024 need CAP_NET_BIND_SERVICE."
        case let code: return String(cString: strerror(code)) + "."
        }
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

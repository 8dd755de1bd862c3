import Foundation
import NetworkIO
import ProgramSupport
import WireFormat

/// Looks at all that a server would need, and starts nothing.
struct ServerCheck {
    private(set) var findings: [Finding] = []

    init(_ settings: Settings, environment: [String: String], now: Date) {
        checkEnvironment(environment)
        var reader = OptionsReader(settings)
        let options = try? reader.read()
        findings += reader.faults.map { Finding(.error, "settings", $0.description) }
        guard let options else { return }
        let count = settings.entries.count
        findings.append(
            Finding(.ok, "settings", "\(count) \(count == 1 ? "setting is" : "settings are") not as usual."))
        let own = (try? NetworkInterfaces.addresses(includingLoopback: true).map(\.ip)) ?? []
        let ports = PortCheck(options: options, own: own)
        findings += ports.findings
        checkRelay(options)
        checkReach(options, own)
        findings += CertificateCheck(options: options, now: now).findings
        findings += FileCheck(options: options).findings
        checkDescriptors()
    }

    var hasErrors: Bool { findings.contains { $0.kind == .error } }

    private mutating func checkEnvironment(_ environment: [String: String]) {
        for name in Setting.unknownVariables(in: environment) {
            findings.append(Finding(.warning, "environment", "\(name) is no setting, and is ignored."))
        }
    }

    /// Whether there is an address to relay at.
    private mutating func checkRelay(_ options: ServerOptions) {
        guard options.isRelaying else { return }
        do { _ = try ServerService.relayAddresses(options) } catch {
            findings.append(Finding(.error, .listen, "\(error)"))
        }
    }

    /// Who can come, and what he is told.
    private mutating func checkReach(_ options: ServerOptions, _ own: [IPAddress]) {
        if options.listen.isLoopback {
            findings.append(Finding(.warning, .listen, "Only peers on this machine reach \(options.listen)."))
        } else if options.publicAddress == nil, options.isRelaying {
            let relayed =
                options.listen.isUnspecified
                ? own.first { !$0.isLoopback && $0.isIPv4 == options.listen.isIPv4 } : options.listen
            if let relayed, relayed.isPrivate {
                findings.append(
                    Finding(
                        .warning, .publicAddress,
                        "Relayed addresses are made of \(relayed), which nobody outside of this network reaches. "
                            + "Set --public-address to what the router shows to the world."))
            }
        }
        if options.listen.isUnspecified, options.name == nil, options.publicAddress == nil {
            findings.append(
                Finding(
                    .warning, .name,
                    "The URL that is shown has this machine's own address, \(ServerService.shownAddress(options)). Set --name or "
                        + "--public-address to what peers know it by."))
        }
        if options.isRelaying, options.listen.isUnspecified, !options.listen.isIPv4 {
            findings.append(
                Finding(
                    .warning, .listen,
                    "STUN and TURN are for IPv6 peers only at \(options.listen): those with IPv4 alone find neither. "
                        + "Let it --listen to 0.0.0.0, or to one address."))
        }
        // One on this machine has its address.
        if options.isRelaying, options.trustedProxies.contains(where: { !$0.base.isLoopback }),
            options.listen.isUnspecified, options.publicAddress == nil
        {
            findings.append(
                Finding(
                    .warning, .publicAddress,
                    "Peers come to signaling by way of the proxy, and look for STUN and TURN at its address. Unless it "
                        + "passes them on, set --public-address, or --listen to one address."))
        }
        if options.tlsCertificate == nil, !options.listen.isLoopback {
            findings.append(
                Finding(
                    .warning, .tlsCertificate,
                    "Signaling is not encrypted (ws). Peers' traffic still is; with a certificate signaling is, too."))
        }
        if let admin = options.admin, !admin.ip.isLoopback {
            findings.append(
                Finding(
                    .warning, .admin,
                    "\(admin) is no loopback address: whoever reaches it reads who meets whom, without a password."))
        }
    }

    private mutating func checkDescriptors() {
        let limit = DescriptorLimit.highest
        let text = "The process may open \(limit) files; each waiting host and each relayed address needs one or two."
        findings.append(
            limit < 16_384
                ? Finding(.warning, "descriptors", text + " Raise LimitNOFILE, or ulimit -n.")
                : Finding(.ok, "descriptors", text))
    }
}

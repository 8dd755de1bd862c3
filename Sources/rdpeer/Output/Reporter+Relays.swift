import NetworkIO
import WireFormat

extension Reporter {
    /// UDP is silent, and a relay could not be reached otherwise either. A certificate that is not to be trusted concerns
    /// the user; all else is what such networks do, and other relays are tried.
    func relayUnreachable(_ server: TransportAddress, _ transport: TransportProtocol, _ failure: StreamFailure) {
        event(
            "relay_unreachable",
            [
                ("relay", .string("\(server)")), ("transport", .string("\(transport)")),
                ("detail", .string("\(failure)")),
            ])
        if case .untrusted(let detail) = failure {
            let advice = "--server-certificate names other authorities."
            warn("The relay \(server) cannot be trusted over TLS: \(detail). \(advice)")
        } else {
            log.info("The relay \(server) cannot be reached over \(transport): \(failure)")
        }
    }
}

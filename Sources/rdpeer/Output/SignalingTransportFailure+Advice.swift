import NetworkIO

extension SignalingTransportFailure {
    /// What somebody may do about it, in one sentence or two.
    var advice: String {
        switch self {
        case .untrusted:
            "If it is your server, with a certificate of its own, name that certificate's file with --server-certificate "
                + "FILE; the URL has to have the name that the certificate is for."
        case .notTLS: "If it has no certificate, its URL begins with ws:// instead of wss://."
        case .closedEarly:
            "It may be busy, or what is behind it not there. If it has a certificate, its URL begins with wss://, else with ws://."
        case .notHTTP: "If it has a certificate, its URL begins with wss:// instead of ws://."
        case .notWebSocket(_, 400): "If it has a certificate, its URL begins with wss://. Is the port rdserver's?"
        case .notWebSocket: "Is the port rdserver's (8470, unless it was given another one)?"
        case .unresolved: "Is the name right (--server)?"
        case .noNameServer: "Is this machine's network up?"
        case .unreachable, .timedOut:
            "Name another one with --server or BEELINE_SERVER, or start rdserver there; its TCP port has to be open in the "
                + "firewalls between."
        case .broken, .closed, .badCertificate, .cannotListen:
            "Is the URL right (--server), and does rdserver run there?"
        }
    }
}

import NetworkIO

extension SignalingTransportFailure {
    /// Whether another try a little later may go better.
    var mayPass: Bool {
        switch self {
        case .noNameServer, .unreachable, .timedOut, .closedEarly, .broken, .closed: true
        case .unresolved, .untrusted, .notTLS, .notHTTP, .notWebSocket, .badCertificate, .cannotListen: false
        }
    }
}

import NetworkIO

extension SignalingTransportFailure {
    /// Whether another try a little later may go better.
    var mayPass: Bool {
        switch self {
        case .unreachable, .timedOut, .broken, .closed: true
        case .unresolved, .untrusted, .notWebSocket, .badCertificate, .cannotListen: false
        }
    }
}

import NIOSSL

extension SignalingClient.Trust {
    /// The system has a hundred authorities and more, which take some ten milliseconds to be read: once for all.
    private static let systemContext = Result { try NIOSSLContext(configuration: configuration(.default)) }

    private static func configuration(_ roots: NIOSSLTrustRoots) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.trustRoots = roots
        return configuration
    }

    /// What NIOSSL verifies servers with.
    func context() throws(SignalingTransportFailure) -> NIOSSLContext {
        do {
            switch self {
            case .system: return try Self.systemContext.get()
            case .certificates(let file): return try NIOSSLContext(configuration: Self.configuration(.file(file)))
            }
        } catch {
            throw .badCertificate(describe(error))
        }
    }
}

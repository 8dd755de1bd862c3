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
        switch self {
        case .system:
            do { return try Self.systemContext.get() } catch {
                throw .badCertificate("this machine's authorities cannot be read: \(TLSWords.describe(error))")
            }
        case .certificates(let file):
            try ServerCertificate.check(file)
            do { return try NIOSSLContext(configuration: Self.configuration(.file(file))) } catch {
                throw .badCertificate("\(file) holds no certificate in PEM form")
            }
        }
    }
}

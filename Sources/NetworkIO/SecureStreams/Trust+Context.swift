import NIOSSL

extension SignalingClient.Trust {
    /// What NIOSSL verifies servers with.
    func context() throws(SignalingTransportFailure) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if case .certificates(let file) = self { configuration.trustRoots = .file(file) }
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw .badCertificate(describe(error))
        }
    }
}

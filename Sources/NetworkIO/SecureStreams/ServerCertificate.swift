import Glibc
import NIOSSL

/// A server's certificate chain and key, in PEM files.
public struct ServerCertificate: Hashable, Sendable {
    /// The server's own first, then those that signed it.
    public var certificateFile: String
    public var privateKeyFile: String

    public init(certificateFile: String, privateKeyFile: String) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
    }

    /// Reads both.
    ///
    /// - Throws: which of the files is no good, and why.
    func context() throws(SignalingTransportFailure) -> NIOSSLContext {
        let chain = try certificates().map { NIOSSLCertificateSource.certificate($0) }
        let key = try privateKey()
        do {
            return try NIOSSLContext(
                configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
        } catch {
            throw .badCertificate("the key in \(privateKeyFile) is not that of the certificate in \(certificateFile)")
        }
    }

    func certificates() throws(SignalingTransportFailure) -> [NIOSSLCertificate] {
        try Self.check(certificateFile)
        guard let chain = try? NIOSSLCertificate.fromPEMFile(certificateFile), !chain.isEmpty else {
            throw .badCertificate("\(certificateFile) holds no certificate in PEM form")
        }
        return chain
    }

    private func privateKey() throws(SignalingTransportFailure) -> NIOSSLPrivateKey {
        try Self.check(privateKeyFile)
        guard let key = try? NIOSSLPrivateKey(file: privateKeyFile, format: .pem) else {
            throw .badCertificate("\(privateKeyFile) holds no private key in PEM form that needs no password")
        }
        return key
    }

    /// - Throws: why a file cannot be read.
    static func check(_ file: String) throws(SignalingTransportFailure) {
        guard access(file, R_OK) == 0 else {
            throw .badCertificate("\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
    }
}

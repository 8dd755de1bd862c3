import Foundation
import WireFormat

/// An rdserver in the laboratory, with a certificate of its own.
final class LabServer {
    private static let patience = 20.0

    let url: String
    let certificate: String
    private let process: ChildProcess

    convenience init(in network: LabNetwork, folder: String) throws {
        try self.init(at: LabNetwork.serverAddress, in: network.serverNamespace, folder: folder)
    }

    init(at ip: IPAddress, in namespace: String, folder: String) throws {
        certificate = "\(folder)/certificate.pem"
        let key = "\(folder)/key.pem"
        let address = "\(ip)"
        try LabScript(lines: [
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=\(address) "
                + "-addext subjectAltName=IP:\(address) -keyout '\(key)' -out '\(certificate)' 2>/dev/null"
        ]).run()
        process = try ChildProcess(
            "rdserver",
            [
                "--listen", address, "--port", "\(LabNetwork.signalingPort)", "--tls-certificate", certificate,
                "--tls-key", key, "--json",
            ], folder: folder, namespace: namespace)
        let line = try process.wait(for: "listening", seconds: Self.patience)
        guard let url = line["url"]?.text else {
            throw BenchFailure.programFailed("rdserver", reason: "its event 'listening' names no url")
        }
        self.url = url
    }

    func stop() { process.stop() }
}

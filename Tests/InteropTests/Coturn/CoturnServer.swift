import Foundation
import STUN
import WireFormat

/// coturn, relaying on loopback for one test, with time-limited credentials.
final class CoturnServer {
    static let secret = "a-secret-of-many-characters"

    let address: TransportAddress
    let secureAddress: TransportAddress
    private let process: LineProcess
    private let folder: URL

    init(certificate: TestCertificate) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("coturn-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (port, securePort) = (try FreePort.next(), try FreePort.next())
        address = TransportAddress(ip: .v4(0x7F00_0001), port: port)
        secureAddress = TransportAddress(ip: .v4(0x7F00_0001), port: securePort)
        process = try CoturnProgram.server.run([
            "-n", "--no-cli", "--no-dtls", "--listening-ip", "127.0.0.1", "--listening-ip", "::1", "--relay-ip",
            "127.0.0.1", "--relay-ip",
            "::1",
            "--listening-port", "\(port)", "--tls-listening-port", "\(securePort)", "--cert",
            certificate.certificateFile, "--pkey", certificate.keyFile, "--use-auth-secret", "--static-auth-secret",
            Self.secret, "--realm", "coturn.example", "--allow-loopback-peers", "--mobility", "--log-file", "stdout",
            "--simple-log", "--pidfile", folder.appendingPathComponent("pid").path, "--userdb",
            folder.appendingPathComponent("db").path, "--min-port", "30000", "--max-port", "32000",
        ])
        _ = try process.line { $0.contains("Total General servers") ? $0 : nil }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static func credentials() -> (username: String, password: String) {
        let username = "\(1 << 31 - 1):session"
        return (username, SharedSecret(Array(secret.utf8)).password(for: username))
    }
}

import Foundation
import STUN
import WireFormat

/// A relay of the bench's own, on loopback.
final class RelayProgram {
    private static let patience = 20.0
    private static let secret = "a-secret-of-the-bench-alone"

    let kind: RelayKind
    let server: TransportAddress
    private let own: ChildProcess?
    private let other: DisplayProgram?

    init(_ kind: RelayKind, threads: Int, folder: String) throws {
        self.kind = kind
        switch kind {
        case .beeline:
            let secretFile = "\(folder)/relay-secret"
            try Self.secret.write(toFile: secretFile, atomically: true, encoding: .utf8)
            let process = try ChildProcess(
                "rdserver",
                [
                    "--listen", kind.ip, "--port", "0", "--turn-port", "0", "--alternate-port", "0", "--secret-file",
                    secretFile, "--relay-threads", "\(threads)", "--json",
                ], folder: folder)
            let line = try process.wait(for: "listening", seconds: Self.patience)
            guard let server = line["turn"]?.text.flatMap({ TransportAddress($0) }) else {
                throw BenchFailure.programFailed("rdserver", reason: "its event 'listening' names no turn")
            }
            (self.server, own, other) = (server, process, nil)
        case .coturn:
            let port = try FreePort.any()
            guard let server = TransportAddress("\(kind.ip):\(port)") else {
                throw BenchFailure.programFailed("turnserver", reason: "it has no address")
            }
            // What it would tell of sessions goes nowhere; it has as many relaying threads as ours.
            let process = try DisplayProgram(
                .turnserver,
                [
                    "-n", "--no-cli", "--no-tls", "--no-dtls", "--listening-ip", kind.ip, "--relay-ip", kind.ip,
                    "--listening-port", "\(port)", "--use-auth-secret", "--static-auth-secret", Self.secret, "--realm",
                    "bench.example", "--allow-loopback-peers", "--relay-threads", "\(threads)", "--log-file",
                    "/dev/null",
                    "--no-stdout-log", "--simple-log", "--pidfile", "\(folder)/turnserver.pid", "--userdb",
                    "\(folder)/turnserver.db",
                ], folder: folder)
            (self.server, own, other) = (server, nil, process)
        }
    }

    var identifier: Int32 { own?.identifier ?? other?.identifier ?? 0 }

    var usage: ProcessUsage { ProcessUsage(of: identifier) }

    /// What it has in memory now.
    var residentBytes: Int { ProcessUsage.residentBytes(of: identifier) }

    func stop() {
        own?.stop()
        other?.stop()
    }

    /// Names and passwords that both take, for an hour.
    static func credentials(_ number: Int) -> (username: String, password: String) {
        let username = "\(Int(Date().timeIntervalSince1970) + 3_600):bench-\(number)"
        return (username, SharedSecret([UInt8](secret.utf8)).password(for: username))
    }
}

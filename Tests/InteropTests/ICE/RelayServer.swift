import Foundation
import ICE
import STUN
import WireFormat

/// The real rdserver, relaying for one test.
final class RelayServer {
    private static let secret = "a secret of many characters"

    let server: Agent.Server
    /// What a peer program takes after `--turn`.
    let arguments: [String]
    private let process: LineProcess
    private let secretFile: URL

    init() throws {
        secretFile = FileManager.default.temporaryDirectory.appendingPathComponent("interop-\(UUID().uuidString)")
        try Self.secret.write(to: secretFile, atomically: true, encoding: .utf8)
        // The shell ends the server when its input ends, which the server itself does not read.
        let command = "\"$@\" & cat >/dev/null; kill $!"
        process = try LineProcess(
            "rdserver", "/bin/sh",
            [
                "-c", command, "sh", try Self.program(), "--json", "--port", "0", "--turn-port", "0", "--secret-file",
                secretFile.path, "--answer-short-requests",
            ])
        let address = try process.line { line in
            line.split(separator: "\"").lazy.compactMap { TransportAddress(String($0)) }.last
        }
        let username = "\(1 << 35):session"
        let password = SharedSecret(Array(Self.secret.utf8)).password(for: username)
        server = Agent.Server(address: address, service: .turn(username: username, password: password))
        arguments = ["\(address.ip)", "\(address.port)", username, password]
    }

    deinit { try? FileManager.default.removeItem(at: secretFile) }

    private static func program() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("rdserver").path
        guard access(path, X_OK) == 0 else { throw LineProcess.Failure(description: "\(path) is not built") }
        return path
    }
}

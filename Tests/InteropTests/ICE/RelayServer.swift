import Foundation
import ICE
import STUN
import WireFormat

/// The real rdserver, relaying for one test.
final class RelayServer {
    static let secret = "a-secret-of-many-characters"

    let server: Agent.Server
    /// What a peer program takes after `--turn`.
    let arguments: [String]
    /// TURN over TLS: at a port of its own, and at that of signaling.
    private(set) var secureAddresses: [TransportAddress] = []
    private let process: LineProcess
    private let secretFile: URL

    /// - Parameters:
    ///   - certificate: for TLS, if there is to be any.
    ///   - threads: how many relay; nil: as many as usual.
    init(certificate: TestCertificate? = nil, threads: Int? = nil) throws {
        secretFile = FileManager.default.temporaryDirectory.appendingPathComponent("interop-\(UUID().uuidString)")
        try Self.secret.write(to: secretFile, atomically: true, encoding: .utf8)
        // The shell ends the server when its input ends, which the server itself does not read.
        let command = "\"$@\" & cat >/dev/null; kill $!"
        let secure = certificate.map {
            ["--tls-certificate", $0.certificateFile, "--tls-key", $0.keyFile, "--turn-tls-port", "0"]
        }
        process = try LineProcess(
            "rdserver", "/bin/sh",
            [
                "-c", command, "sh", try Self.program(), "--json", "--port", "0", "--turn-port", "0", "--secret-file",
                secretFile.path, "--answer-short-requests",
            ] + (secure ?? []) + (threads.map { ["--relay-threads", "\($0)"] } ?? []))
        let announcement = try process.line { try? JSONDecoder().decode(Announcement.self, from: Data($0.utf8)) }
        guard let address = TransportAddress(announcement.turn) else { throw process.failure("relays nothing") }
        let signaling = announcement.url.split(separator: "/").dropFirst().first.map(String.init)
        if certificate != nil {
            secureAddresses = [announcement.turns, signaling].compactMap { $0.flatMap { TransportAddress($0) } }
        }
        let username = "\(1 << 35):session"
        let password = SharedSecret(Array(Self.secret.utf8)).password(for: username)
        server = Agent.Server(address: address, service: .turn(username: username, password: password))
        arguments = ["\(address.ip)", "\(address.port)", username, password]
    }

    deinit { try? FileManager.default.removeItem(at: secretFile) }

    private struct Announcement: Decodable {
        let url: String
        let turn: String
        let turns: String?
    }

    private static func program() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("rdserver").path
        guard access(path, X_OK) == 0 else { throw LineProcess.Failure(description: "\(path) is not built") }
        return path
    }
}

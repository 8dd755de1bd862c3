import Foundation

/// An rdserver of the bench's own, on loopback.
final class LiveServer {
    private static let patience = 20.0

    let url: String
    let auditPath: String
    private let turn: String
    private var process: ChildProcess

    /// - Parameter again: a server that is dead, whose ports and audit trail this one takes over.
    init(folder: String, again: LiveServer? = nil) throws {
        auditPath = again?.auditPath ?? "\(folder)/audit-\(UUID().uuidString.prefix(8)).jsonl"
        let ports = [Self.port(of: again?.url), Self.port(of: again?.turn)]
        process = try ChildProcess(
            "rdserver",
            [
                "--listen", "127.0.0.1", "--port", ports[0], "--turn-port", ports[1], "--audit", auditPath, "--json",
                "--drain-seconds", "0",
            ],
            folder: folder)
        let line = try process.wait(for: "listening", seconds: Self.patience)
        guard let url = line["url"]?.text, let turn = line["turn"]?.text else {
            throw BenchFailure.programFailed("rdserver", reason: "its event 'listening' names no url and turn")
        }
        self.url = url
        self.turn = turn
    }

    /// The digits after the last colon; "0" lets the system choose.
    private static func port(of address: String?) -> String {
        guard let last = address?.split(separator: ":").last else { return "0" }
        return String(last.prefix { $0.isNumber })
    }

    /// Ends it as a crash or a power failure would.
    func kill() {
        process.signal(SIGKILL)
        process.finish(seconds: 1)
    }

    /// Ends it in order, so that its audit trail is whole.
    func stop() { process.stop() }

    var audit: AuditTrailSummary { AuditTrailSummary(path: auditPath) }
}

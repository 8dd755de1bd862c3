import Foundation
import WireFormat

/// A signaling server of the bench's own, on loopback.
final class SignalingProgram {
    private static let patience = 20.0

    let address: TransportAddress
    private let process: ChildProcess

    /// - Parameter arguments: what it is told beside where to listen.
    init(folder: String, arguments: [String] = []) throws {
        process = try ChildProcess(
            "rdserver",
            ["--listen", "127.0.0.1", "--port", "0", "--turn-port", "0", "--alternate-port", "0", "--json"] + arguments,
            folder: folder)
        let line = try process.wait(for: "listening", seconds: Self.patience)
        let text = line["url"]?.text?.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        guard let address = TransportAddress(text) else {
            throw BenchFailure.programFailed("rdserver", reason: "its event 'listening' names no url")
        }
        self.address = address
    }

    var usage: ProcessUsage { ProcessUsage(of: process.identifier) }

    /// What it has in memory now.
    var residentBytes: Int { ProcessUsage.residentBytes(of: process.identifier) }

    /// How many descriptors it has open.
    var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.identifier)/fd").count) ?? 0
    }

    func stop() { process.stop() }
}

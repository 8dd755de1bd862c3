import ArgumentParser
import Glibc
import NetworkIO
import Rendezvous

/// Which server to go to, and whom to trust there.
struct ServerChoice: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The signaling server's URL; without it, BEELINE_SERVER of the environment, or else a server on this machine.",
            valueName: "url"))
    var server: String?

    @Option(
        help: ArgumentHelp(
            "Trust only the certificates in this PEM file for a wss:// server, instead of the system's authorities.",
            valueName: "file"))
    var serverCertificate: String?

    /// What is wrong with the URL is said with the usage of the command that was given it.
    func validate() throws { _ = try named() }

    func url() throws -> SignalingURL { try named() ?? Self.parse("ws://127.0.0.1:8470/") }

    /// The server that an option or the environment names; nil if neither does.
    func named() throws -> SignalingURL? {
        let environment = getenv("BEELINE_SERVER").map { String(cString: $0) }
        return try (server ?? environment.flatMap { $0.isEmpty ? nil : $0 }).map(Self.parse)
    }

    private static func parse(_ text: String) throws -> SignalingURL {
        do { return try SignalingURL(text) } catch { throw ValidationError("\(error)") }
    }

    var trust: SignalingClient.Trust { serverCertificate.map { .certificates(file: $0) } ?? .system }
}

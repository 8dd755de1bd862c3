import ArgumentParser
import Foundation
import Logging
import NetworkIO
import STUN
import TURN
import WireFormat

/// Runs the server until SIGINT or SIGTERM.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the server. This is what rdserver does without a subcommand.")

    @Option(help: "The address to listen on, for signaling and relay alike.")
    var listen = "127.0.0.1"

    @Option(help: "The TCP port of signaling; 0 takes any.")
    var port: UInt16 = 8_470

    @Option(help: "The port of STUN and TURN, over UDP and TCP; 0 takes any.")
    var turnPort: UInt16 = 3_478

    @Option(
        name: .customLong("turn-tcp-port"),
        help: "One more TCP port for relays, such as 443 for networks that pass nothing but the web.")
    var turnTCPPort: UInt16?

    @Option(
        name: .customLong("turn-tls-port"),
        help: """
            The TCP port of TURN over TLS (turns), with the certificate of signaling: 5349 if there is one; 0 takes any. \
            The signaling port takes TURN as well, so with --port 443 one address and port serve networks that pass \
            nothing else.
            """)
    var turnTLSPort: UInt16?

    @Option(
        help: ArgumentHelp(
            """
            A second address of this machine for STUN, so that `rdpeer doctor` can tell people all about their NAT \
            (RFC 5780). With one address, the second port tells half of it.
            """, valueName: "address"))
    var alternateAddress: String?

    @Option(
        help: ArgumentHelp(
            "The address that peers see --alternate-address at, if it is another one.", valueName: "address"))
    var alternatePublicAddress: String?

    @Option(
        help: ArgumentHelp(
            "A second UDP port for STUN; 0 takes any. (default: the one above --turn-port, if it is free)",
            valueName: "port"))
    var alternatePort: UInt16?

    @Option(help: "The address that peers see this machine at, if it is not the one listened on.")
    var publicAddress: String?

    @Option(help: "The UDP ports of relayed addresses.")
    var relayPorts = "49152-65535"

    @Option(
        help: """
            Networks that relayed packets may go to although they are not public, as in 10.0.0.0/8; repeatable. A \
            server that listens on loopback serves one machine, and allows all.
            """)
    var allowPeers: [String] = []

    @Option(help: "A file with the secret of the relay's credentials, to share it with coturn (static-auth-secret).")
    var secretFile: String?

    @Option(help: "A PEM file with the certificate chain; with it signaling is wss.")
    var tlsCertificate: String?

    @Option(help: "A PEM file with the certificate's private key.")
    var tlsKey: String?

    @Option(help: "The file to append the audit trail to, as JSON lines.")
    var audit: String?

    @Option(help: "The host name in the URL that peers use; proofs of host identity are bound to it.")
    var name: String?

    @Flag(help: "Write JSON lines to standard output.")
    var json = false

    @Flag(help: "Introduce peers only; relay nothing.")
    var noRelay = false

    @Flag(
        help: """
            Answer the short first requests over UDP of STUN and TURN clients other than rdpeer too. Whoever forges \
            a source address can then have three times as many bytes sent to it.
            """)
    var answerShortRequests = false

    mutating func validate() throws {
        guard IPAddress(listen) != nil else { throw ValidationError("--listen wants an IP address, not '\(listen)'.") }
        if let publicAddress, IPAddress(publicAddress) == nil {
            throw ValidationError("--public-address wants an IP address, not '\(publicAddress)'.")
        }
        try validateAlternate()
        guard portRange != nil else { throw ValidationError("--relay-ports wants two ports, as in 49152-65535.") }
        for range in allowPeers where AddressRange(range) == nil {
            throw ValidationError("--allow-peers wants a network, as in 10.0.0.0/8, not '\(range)'.")
        }
        if (tlsCertificate == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
        if tlsCertificate == nil, turnTLSPort != nil {
            throw ValidationError("--turn-tls-port needs --tls-certificate and --tls-key.")
        }
        if tlsCertificate == nil, IPAddress(listen)?.isLoopback == false {
            FileHandle.standardError.write(
                Data("rdserver: signaling is not encrypted (ws); peers' traffic still is.\n".utf8))
        }
    }

    private func validateAlternate() throws {
        for text in [alternateAddress, alternatePublicAddress] {
            if let text, IPAddress(text) == nil {
                throw ValidationError("--alternate-address wants an IP address, not '\(text)'.")
            }
        }
        guard let alternate = alternateAddress.flatMap({ IPAddress($0) }), let main = IPAddress(listen) else {
            if alternatePublicAddress != nil {
                throw ValidationError("--alternate-public-address goes with --alternate-address.")
            }
            return
        }
        guard !main.isUnspecified, alternate != main, alternate.isIPv4 == main.isIPv4 else {
            throw ValidationError(
                "--alternate-address goes with --listen and another address of the same family, not all addresses.")
        }
    }

    func run() throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let stop = SignalWait([SIGINT, SIGTERM])
        let service: ServerService
        do {
            service = try ServerService(options: try options())
        } catch {
            FileHandle.standardError.write(Data("rdserver: \(error)\n".utf8))
            throw ExitCode(2)
        }
        Announcement(service: service, isJSON: json).write()
        let signal = stop.wait()
        service.stop()
        if !json { print("rdserver: stopped by \(signal == SIGINT ? "SIGINT" : "SIGTERM")") }
    }

    private var portRange: ClosedRange<UInt16>? {
        let ports = relayPorts.split(separator: "-").compactMap { UInt16($0) }
        guard ports.count == 2, ports[0] > 0, ports[0] <= ports[1] else { return nil }
        return ports[0]...ports[1]
    }

    private func options() throws -> ServerOptions {
        ServerOptions(
            listen: IPAddress(listen) ?? .v4(0x7F00_0001), signalingPort: port, relayPort: turnPort,
            turnTCPPort: turnTCPPort, turnTLSPort: tlsCertificate == nil ? nil : turnTLSPort ?? 5_349,
            alternateAddress: alternateAddress.flatMap { IPAddress($0) }.map {
                BindingServer.Address(bound: $0, advertised: alternatePublicAddress.flatMap { IPAddress($0) })
            },
            alternatePort: alternatePort.map { .number($0) } ?? .next,
            publicAddress: publicAddress.flatMap { IPAddress($0) }, relayPorts: portRange ?? 49_152...65_535,
            allowedPeers: allowPeers.compactMap { AddressRange($0) }, secret: try secret(),
            tlsCertificate: tlsCertificate,
            tlsKey: tlsKey, auditPath: audit, name: name, isRelaying: !noRelay,
            answersShortRequests: answerShortRequests)
    }

    /// The shared secret: the file's, or one that lives as long as this process.
    private func secret() throws -> [UInt8] {
        guard let secretFile else {
            var system = SystemRandomNumberGenerator()
            var random = SeededRandom(from: &system)
            return random.bytes(count: 32)
        }
        guard let text = try? String(contentsOfFile: secretFile, encoding: .utf8) else {
            throw ValidationError("The secret file \(secretFile) cannot be read.")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard secret.utf8.count >= 16 else {
            throw ValidationError("The secret in \(secretFile) is too short: use 16 characters or more.")
        }
        return Array(secret.utf8)
    }
}

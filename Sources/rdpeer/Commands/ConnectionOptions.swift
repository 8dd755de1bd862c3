import ArgumentParser
import NetworkIO
import PeerSession
import Rendezvous
import WireFormat

/// How a peer gets to the other one: the options of everything that has a session.
struct ConnectionOptions: ParsableArguments {
    @OptionGroup var server: ServerChoice

    @Option(
        help: ArgumentHelp(
            "Whether the session may go through the server's relay: auto uses it until a direct path works, only hides "
                + "this machine's addresses from the other side, never uses none.",
            valueName: "auto|only|never"))
    var relay = RelayChoice.auto

    @Option(
        help: ArgumentHelp(
            "The file with this machine's secret key, made on first use (default: ~/.config/beeline/identity).",
            valueName: "file"))
    var identity: String?

    @Option(
        help: ArgumentHelp(
            "Which network interfaces to use: auto (all, and loopback if the server is on this machine), all, loopback, "
                + "or names such as eth0,wlan0.",
            valueName: "auto|all|loopback|names"))
    var interfacePolicy = InterfacePolicy.automatic

    @Option(
        help: ArgumentHelp(
            "How many seconds a session that has no path is kept, so that it comes back by itself after a tunnel or a "
                + "laptop's sleep, without asking for the code again.",
            valueName: "seconds"))
    var patience = 600

    @Flag(help: "Do not ask the router to forward a port (PCP, NAT-PMP, UPnP).")
    var noPortMapping = false

    @Flag(
        help: ArgumentHelp(
            "Tell the server nothing of how the session was: path, round trip, bytes, time to first picture. Its operator "
                + "counts those sessions whose two sides both tell."))
    var noReport = false

    @Flag(help: "Write JSON lines to standard output, one object an event; what people read goes to standard error.")
    var json = false

    @Flag(name: .shortAndLong, help: "Log more to standard error.")
    var verbose = false

    func validate() throws {
        guard Self.patienceLimits.contains(patience) else {
            throw ValidationError("--patience is between 5 and 86400 seconds")
        }
    }

    private static let patienceLimits = 5...86_400

    var reporter: Reporter { Reporter(isJSON: json, isVerbose: verbose) }

    /// - Throws: that an interface which was named does not exist.
    func interfaces() throws(FileFault) -> InterfacePolicy {
        if let missing = interfacePolicy.missing { throw FileFault(missing) }
        return interfacePolicy
    }

    func serverURL() throws -> SignalingURL { try server.url() }

    var trust: SignalingClient.Trust { server.trust }

    var session: SessionConfiguration {
        var configuration = SessionConfiguration()
        configuration.policy = relay.policy
        configuration.isReporting = !noReport
        configuration.reconnectPatience = .seconds(Int64(patience))
        // Peers of a server on this machine are on it too: no router has a part in their session.
        configuration.asksGateway = !noPortMapping && (try? serverURL()).map { !$0.isLocal } ?? false
        if configuration.asksGateway { configuration.gateway = DefaultGateway.address }
        return configuration
    }
}

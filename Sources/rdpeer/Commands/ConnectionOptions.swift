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

    @Flag(help: "Do not ask the router to forward a port (PCP, NAT-PMP, UPnP).")
    var noPortMapping = false

    @Flag(help: "Write JSON lines to standard output, one object an event; what people read goes to standard error.")
    var json = false

    @Flag(name: .shortAndLong, help: "Log more to standard error.")
    var verbose = false

    var reporter: Reporter { Reporter(isJSON: json, isVerbose: verbose) }

    func serverURL() throws -> SignalingURL { try server.url() }

    var trust: SignalingClient.Trust { server.trust }

    var session: SessionConfiguration {
        var configuration = SessionConfiguration()
        configuration.policy = relay.policy
        // Peers of a server on this machine are on it too: no router has a part in their session.
        if !noPortMapping, let url = try? serverURL(), !Self.isLocal(url) {
            configuration.gateway = DefaultGateway.address
        }
        return configuration
    }

    private static func isLocal(_ server: SignalingURL) -> Bool {
        IPAddress(server.host)?.isLoopback ?? (server.host == "localhost")
    }
}

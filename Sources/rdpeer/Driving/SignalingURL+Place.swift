import Rendezvous
import WireFormat

extension SignalingURL {
    /// Whether the server is on this machine.
    var isLocal: Bool { IPAddress(host)?.isLoopback ?? (host == "localhost") }
}

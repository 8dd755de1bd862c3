import NetworkIO
import WireFormat

/// A TCP connection to the gateway, for one HTTP request of a port mapper and its answer.
struct GatewayConnection {
    /// What the port mapper calls it: the local port is only a name there.
    let name: Path
    /// The connection's two ends; nil while it is being opened.
    var path: Path?
    /// What waits to be sent: a request is a few hundred bytes.
    var unsent: [UInt8] = []

    /// More are not opened at once.
    static let limit = 8

    /// HTTP is taken apart by the port mapper: whatever has come is passed on.
    static let framing: StreamFraming = { bytes in .size(bytes.count) }
}

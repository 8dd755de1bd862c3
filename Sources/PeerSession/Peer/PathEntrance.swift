import SecureChannel
import WireFormat

/// The sockets at which a host takes viewers that nobody introduces; all sessions that begin there stay there.
struct PathEntrance {
    var listener: PathListener
    var addresses: [TransportAddress]
    /// Their sessions' sets of sockets count downwards, so that none is one that the driver has provided.
    private var lastNumber = 0

    init(listener: PathListener, addresses: [TransportAddress]) {
        self.listener = listener
        self.addresses = addresses
    }

    /// The sockets for a session that begins on a path: of loopback addresses only for viewers on this machine.
    mutating func sockets(for path: Path) -> SocketSet {
        lastNumber -= 1
        let fitting = addresses.filter { $0.ip.isLoopback == path.local.ip.isLoopback }
        return SocketSet(number: lastNumber, addresses: fitting)
    }
}

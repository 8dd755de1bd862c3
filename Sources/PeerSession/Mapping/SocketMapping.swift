import PortMapping
import WireFormat

/// A socket, and who asks the gateway to forward a port to it.
struct SocketMapping {
    let socket: TransportAddress
    var mapper: PortMapper

    /// Whether what came this way is an answer to the mapper and nobody else's.
    func expects(_ path: Path, from gateway: IPAddress) -> Bool {
        guard path.remote.ip == gateway else { return false }
        guard path.transport == .udp else { return path == mapper.connection }
        return path.local == socket && Self.gatewayPorts.contains(path.remote.port)
    }

    /// PCP and NAT-PMP (RFC 6887 section 19.1), and SSDP.
    private static let gatewayPorts: [UInt16] = [5_351, 1_900]
}

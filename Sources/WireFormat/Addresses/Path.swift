/// The way a datagram takes out of or into a machine: a local socket and the remote address it talks to.
///
/// `local` names the socket, not the interface: a machine that drives several sockets (one per address family,
/// or hundreds against a hard NAT) tells them apart by it. It is the bound address as the driver reported it,
/// before any NAT.
@frozen
public struct Path: Hashable, Sendable {
    public var transport: TransportProtocol
    public var local: TransportAddress
    public var remote: TransportAddress

    @inlinable
    public init(transport: TransportProtocol = .udp, local: TransportAddress, remote: TransportAddress) {
        self.transport = transport
        self.local = local
        self.remote = remote
    }
}

extension Path: CustomStringConvertible {
    public var description: String { "\(transport) \(local) -> \(remote)" }
}

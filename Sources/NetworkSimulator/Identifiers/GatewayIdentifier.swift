/// Names a gateway (a NAT, a firewall or both) of a simulated network.
@frozen
public struct GatewayIdentifier: Hashable, Sendable {
    public let index: Int

    @inlinable
    public init(index: Int) { self.index = index }
}

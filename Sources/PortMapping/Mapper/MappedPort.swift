public import WireFormat

/// A port of this host that a gateway forwards from outside.
public struct MappedPort: Hashable, Sendable {
    public var method: MappingMethod
    /// Where the world reaches it. Behind a second NAT this is a private address; see `IPAddress.isPrivate`.
    public var external: TransportAddress
    public var internalPort: UInt16
    /// How long the gateway granted, from the answer on.
    public var lifetime: Interval

    public init(method: MappingMethod, external: TransportAddress, internalPort: UInt16, lifetime: Interval) {
        self.method = method
        self.external = external
        self.internalPort = internalPort
        self.lifetime = lifetime
    }
}

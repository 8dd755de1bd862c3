public import WireFormat

/// What is to be mapped, and by whom to ask.
public struct MappingRequest: Hashable, Sendable {
    /// The local UDP socket that talks to the gateway. Its address is the one that is mapped.
    public var controlSocket: TransportAddress
    /// The default gateway, of the same family.
    public var gateway: IPAddress
    public var transport: TransportProtocol
    /// The port of ours to be reached.
    public var internalPort: UInt16
    /// The external port we would like; 0 for any.
    public var suggestedPort: UInt16
    /// RFC 6887 section 11.2 leaves it to the client; RFC 6886 section 3.3 recommends 7,200 s.
    public var lifetime: Interval
    /// Shown in the gateway's user interface (UPnP only): at most 64 printable ASCII characters are sent.
    public var label: String

    public init(
        controlSocket: TransportAddress, gateway: IPAddress, transport: TransportProtocol = .udp,
        internalPort: UInt16, suggestedPort: UInt16 = 0, lifetime: Interval = .seconds(7_200), label: String = "beeline"
    ) {
        self.controlSocket = controlSocket
        self.gateway = gateway
        self.transport = transport
        self.internalPort = internalPort
        self.suggestedPort = suggestedPort
        self.lifetime = lifetime
        self.label = label
    }

    /// The lifetime as the protocols carry it.
    var lifetimeSeconds: UInt32 { UInt32(clamping: max(1, lifetime.nanoseconds / 1_000_000_000)) }

    /// TLS runs over TCP, to a gateway.
    var isUDP: Bool { transport == .udp }
}

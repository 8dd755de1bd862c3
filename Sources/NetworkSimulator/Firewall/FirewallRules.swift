public import WireFormat

/// What a gateway lets pass, before any translation.
public struct FirewallRules: Hashable, Sendable {
    /// The transports that may leave; the others are dropped both ways.
    public var outbound: TransportSet
    /// If not empty, the only remote ports that packets may go to.
    public var remotePorts: [UInt16]
    /// Which packets from outside pass once an inside address has sent something; nil lets all pass.
    public var filtering: FilteringBehavior?
    /// How long state lives without a packet from inside.
    public var lifetime: Interval
    /// Whether packets from outside refresh state too (RFC 4787 REQ-6 leaves that open; Linux does it).
    public var inboundRefreshes: Bool
    /// States beyond this are refused until older ones expire.
    public var stateLimit: Int

    public init(
        outbound: TransportSet = .all, remotePorts: [UInt16] = [], filtering: FilteringBehavior? = nil,
        lifetime: Interval = .seconds(120), inboundRefreshes: Bool = true, stateLimit: Int = 65_536
    ) {
        self.outbound = outbound
        self.remotePorts = remotePorts
        self.filtering = filtering
        self.lifetime = lifetime
        self.inboundRefreshes = inboundRefreshes
        self.stateLimit = stateLimit
    }

    /// Everything passes.
    public static var open: FirewallRules { FirewallRules() }
    /// Only answers pass: a host's firewall, or an IPv6 home router (RFC 6092).
    public static var stateful: FirewallRules { FirewallRules(filtering: .addressAndPortDependent) }
    /// Nothing over UDP.
    public static var udpBlocked: FirewallRules {
        FirewallRules(outbound: [.tcp, .tls], filtering: .addressAndPortDependent)
    }
    /// Only TCP to port 443.
    public static var webOnly: FirewallRules {
        FirewallRules(outbound: [.tcp, .tls], remotePorts: [443], filtering: .addressAndPortDependent)
    }
}

/// Which packets of one socket leave a NAT from the same address and port (RFC 4787 section 4.1, RFC 5780 section 4.3).
public enum MappingVerdict: String, Hashable, Sendable, CaseIterable {
    /// All: what a server sees is where a peer finds us.
    case endpointIndependent = "endpoint-independent"
    /// All to one IP address.
    case addressDependent = "address-dependent"
    /// All to one IP address and port: the "symmetric" NAT of RFC 3489.
    case addressAndPortDependent = "address-and-port-dependent"
    /// The same for two ports of one address; a server with one address cannot tell the first two apart.
    case portIndependent = "port-independent"
    case unknown
}

/// Whose packets a NAT or firewall lets in (RFC 4787 section 5, RFC 5780 section 4.4).
public enum FilteringVerdict: String, Hashable, Sendable, CaseIterable {
    /// Anybody's, once there is a mapping.
    case endpointIndependent = "endpoint-independent"
    /// Those of IP addresses that we sent something to.
    case addressDependent = "address-dependent"
    /// Those of IP addresses and ports that we sent something to.
    case addressAndPortDependent = "address-and-port-dependent"
    /// Another port of the server's address gets in; a server with one address cannot tell the first two apart.
    case portIndependent = "port-independent"
    case unknown
}

/// What becomes of packets between two sockets behind the same NAT that use each other's outside address (RFC 5780
/// section 4.5).
public enum HairpinningVerdict: String, Hashable, Sendable, CaseIterable {
    /// They arrive, from the sender's outside address as RFC 4787 REQ-9 wants it.
    case works
    /// They arrive, but from the sender's inside address.
    case worksFromInside = "works-from-inside"
    /// They do not arrive, dropped by the NAT or by its filter.
    case none
    /// There is no NAT, or it could not be tried.
    case unknown
}

/// How a NAT chooses the port of a socket's first mapping (RFC 4787 section 4.2).
public enum PortAllocation: Hashable, Sendable {
    /// The socket's own port, whenever it is free.
    case preserving
    /// So much above the last one given.
    case sequential(step: Int)
    /// No rule that we see; the lowest and highest port seen.
    case random(ClosedRange<UInt16>)
    case unknown
}

/// What port the next destination of a socket will see: what prediction has to guess.
public enum SuccessivePorts: Hashable, Sendable {
    /// The one that the others see.
    case same
    /// So much above the last.
    case step(Int)
    /// Any; the lowest and highest port seen.
    case random(ClosedRange<UInt16>)
    case unknown
}

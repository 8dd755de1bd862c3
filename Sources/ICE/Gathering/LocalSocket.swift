import WireFormat

/// A socket that the driver has bound for us.
struct LocalSocket: Sendable {
    let identifier: UInt16
    let address: TransportAddress
    let transport: TransportProtocol
    /// The host candidate; it is the local side of the socket's pairs even where it is not offered.
    let candidate: Candidate
    /// RFC 8445 section 5.1.2.1: distinct for each socket, in the order in which they were added.
    let preference: UInt16

    init(identifier: UInt16, address: TransportAddress, transport: TransportProtocol) {
        self.identifier = identifier
        self.address = address
        self.transport = transport
        preference = CandidatePriority.socketPreference | (0x7FFF - min(identifier, 0x7FFF))
        candidate = Candidate(
            kind: .host, transport: transport, address: address,
            priority: CandidatePriority.candidate(.host, localPreference: preference),
            foundation: Candidate.foundation(kind: .host, base: address.ip, server: nil, transport: transport))
    }

    /// Whether a datagram from this socket can reach an address at all (RFC 8445 section 6.1.2.2: same family,
    /// IPv6 link-local with link-local only); loopback likewise.
    func canReach(_ remote: TransportAddress) -> Bool {
        let (mine, theirs) = (address.ip, remote.ip)
        guard mine.isIPv4 == theirs.isIPv4 else { return false }
        if mine.isUnspecified { return true }
        if !mine.isIPv4, mine.isLinkLocal != theirs.isLinkLocal { return false }
        return mine.isLoopback == theirs.isLoopback
    }
}

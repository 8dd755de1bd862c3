import WireFormat

/// A socket that the driver has bound for us.
struct LocalSocket: Sendable {
    let identifier: UInt16
    let address: TransportAddress
    let transport: TransportProtocol
    /// The host candidate; it is the local side of the socket's pairs even where it is not offered.
    let candidate: Candidate
    /// RFC 8445 section 5.1.2.1: distinct for each socket.
    let preference: UInt16
    /// Its place among the sockets of its address family, in the order in which they were added.
    let rank: UInt16

    /// Opened to get through a hard NAT: it has the pair that an authenticated check came over, and no candidates.
    let isPunched: Bool
    /// A TCP port for connections with the peer, not a connection to a server.
    let isListener: Bool
    /// The other end of a connection to a server.
    let server: TransportAddress?

    /// The last place.
    static let lastRank: UInt16 = 0x3FFF

    /// RFC 8421 section 4: the families take turns, IPv6 first, so that a family that leads nowhere holds up each check
    /// of the other by one and not by all of its own.
    init(
        identifier: UInt16, address: TransportAddress, transport: TransportProtocol, rank: UInt16 = lastRank,
        isPunched: Bool = false, isListener: Bool = false, server: TransportAddress? = nil
    ) {
        self.identifier = identifier
        self.address = address
        self.transport = transport
        self.rank = min(rank, Self.lastRank)
        self.isPunched = isPunched
        preference = CandidatePriority.socketPreference | (0x7FFF - self.rank * 2 - (address.ip.isIPv4 ? 1 : 0))
        self.isListener = isListener
        self.server = server
        candidate = Candidate(
            kind: .host, transport: transport, address: address,
            priority: isListener
                ? CandidatePriority.tcpCandidate(.host, .simultaneousOpen, rank: self.rank)
                : CandidatePriority.candidate(.host, localPreference: preference),
            foundation: Candidate.foundation(kind: .host, base: address.ip, server: nil, transport: transport),
            tcpType: isListener ? .simultaneousOpen : nil)
    }

    /// The priority of another candidate of this socket.
    func priority(of kind: CandidateKind) -> UInt32 {
        isListener
            ? CandidatePriority.tcpCandidate(kind, .simultaneousOpen, rank: rank)
            : CandidatePriority.candidate(kind, localPreference: preference)
    }

    /// Whether the two are paired (RFC 6544 section 6.2: an active with a passive candidate, two of simultaneous open).
    ///
    /// - Parameter isConnected: the remote candidate is the other end of a connection that is there.
    func isPaired(with remote: Candidate, isConnected: Bool) -> Bool {
        guard transport == remote.transport, canReach(remote.address) else { return false }
        guard transport != .udp else { return true }
        return isListener && (isConnected || remote.tcpType == .passive || remote.tcpType == .simultaneousOpen)
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

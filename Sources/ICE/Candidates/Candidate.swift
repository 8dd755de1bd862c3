import WireFormat

/// A transport address at which a peer may be reached (RFC 8445 section 4), of component 1.
public struct Candidate: Hashable, Sendable {
    public var kind: CandidateKind
    public var transport: TransportProtocol
    public var address: TransportAddress
    /// RFC 8445 section 5.1.2; higher is tried first.
    public var priority: UInt32
    /// Equal for candidates of one kind, base and server (RFC 8445 section 5.1.1.3): they succeed or fail alike.
    public var foundation: UInt32
    /// Of TCP candidates, nil for others.
    public var tcpType: TCPType?

    public init(
        kind: CandidateKind, transport: TransportProtocol = .udp, address: TransportAddress, priority: UInt32,
        foundation: UInt32, tcpType: TCPType? = nil
    ) {
        self.kind = kind
        self.transport = transport
        self.address = address
        self.priority = priority
        self.foundation = foundation
        self.tcpType = tcpType
    }
}

extension Candidate {
    /// Whether both are one address of one transport.
    func isSamePlace(as other: Candidate) -> Bool { address == other.address && transport == other.transport }
}

extension Candidate: CustomStringConvertible {
    public var description: String { "\(kind) \(transport) \(address)" }
}

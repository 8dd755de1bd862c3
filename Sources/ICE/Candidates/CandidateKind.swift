/// How a candidate came to be known (RFC 8445 section 5.1.1).
@frozen
public enum CandidateKind: UInt8, Hashable, Sendable, CaseIterable {
    /// An address of one of this machine's sockets.
    case host
    /// What a STUN or TURN server saw: the outside of the NAT.
    case serverReflexive
    /// What the other peer saw, learned from a check.
    case peerReflexive
    /// An address on a TURN server, allocated for us.
    case relayed

    /// The type preference that RFC 8445 section 5.1.2.2 recommends.
    @inlinable
    public var typePreference: UInt32 {
        switch self {
        case .host: 126
        case .peerReflexive: 110
        case .serverReflexive: 100
        case .relayed: 0
        }
    }
}

extension CandidateKind: CustomStringConvertible {
    /// The names of RFC 8839 section 5.1, as other programs print them.
    public var description: String {
        switch self {
        case .host: "host"
        case .serverReflexive: "srflx"
        case .peerReflexive: "prflx"
        case .relayed: "relay"
        }
    }
}

import WireFormat

/// Priorities of candidates and pairs (RFC 8445 sections 5.1.2.1 and 6.1.2.3).
public enum CandidatePriority {
    /// Local preferences of candidates whose base is a socket have this bit; those whose base is a relay have not.
    ///
    /// RFC 8445 leaves the local preference to the agent. Because a check carries the priority that its sender would
    /// give to a peer-reflexive candidate, a receiver of ours can tell from this bit whether an address it has not
    /// been told of is the outside of a NAT or a relay, before the candidate itself arrives.
    public static let socketPreference: UInt16 = 0x8000

    /// Of candidates whose base is a relay, those whose relay is reached over UDP have this bit: over TCP or TLS one lost
    /// segment holds up all that follows.
    static let datagramRelayPreference: UInt16 = 0x4000

    /// The local preference of the relays of an agent, which it numbers from zero.
    static func relayPreference(_ number: UInt16, over transport: TransportProtocol) -> UInt16 {
        datagramRelayPreference - 1 - min(number, datagramRelayPreference - 1)
            | (transport == .udp ? datagramRelayPreference : 0)
    }

    /// `(2^24)*(type preference) + (2^8)*(local preference) + (2^0)*(256 - component ID)`, of component 1.
    @inlinable
    public static func candidate(_ kind: CandidateKind, localPreference: UInt16) -> UInt32 {
        kind.typePreference << 24 | UInt32(localPreference) << 8 | 255
    }

    /// The same of a TCP candidate.
    ///
    /// RFC 6544 section 4.2: where UDP is preferred, the type preferences of TCP are lower; here all of TCP is below all
    /// of UDP that is direct, and above relays. The local preference is
    /// `(2^13)*(direction preference) + (other preference)`, less one bit each for `socketPreference`.
    @inlinable
    public static func tcpCandidate(_ kind: CandidateKind, _ type: TCPType, rank: UInt16) -> UInt32 {
        let direction: UInt16 =
            switch (kind, type) {
            case (.host, .active): 6
            case (.host, .passive): 4
            case (.host, .simultaneousOpen): 2
            case (_, .simultaneousOpen): 6
            case (_, .active): 4
            case (_, .passive): 2
            }
        let preference = socketPreference | direction << 12 | (0xFFF - min(rank, 0xFFF))
        return (kind.typePreference - 45) << 24 | UInt32(preference) << 8 | 255
    }

    /// `2^32*MIN(G,D) + 2*MAX(G,D) + (G>D?1:0)`, `G` being the controlling agent's candidate priority.
    ///
    /// A peer may send any 32 bits; RFC 8445 section 5.1.2 ends at 2^31 - 1, and so does what counts.
    @inlinable
    public static func pair(controlling: UInt32, controlled: UInt32) -> UInt64 {
        let (controlling, controlled) = (min(controlling, 0x7FFF_FFFF), min(controlled, 0x7FFF_FFFF))
        return UInt64(min(controlling, controlled)) << 32
            &+ UInt64(max(controlling, controlled)) &* 2
            &+ (controlling > controlled ? 1 : 0)
    }

    /// Whether a peer-reflexive priority seen in a check names a relay as the sender's base.
    @inlinable
    static func isFromRelay(_ priority: UInt32) -> Bool {
        UInt16(truncatingIfNeeded: priority >> 8) & socketPreference == 0
    }

    /// Whether the priority of a relayed candidate names a relay that its owner reaches over UDP.
    static func isOfDatagramRelay(_ priority: UInt32) -> Bool {
        UInt16(truncatingIfNeeded: priority >> 8) & datagramRelayPreference != 0
    }
}

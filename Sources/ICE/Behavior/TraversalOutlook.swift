/// What to expect between two networks, from what is known of each: which way a direct path over UDP comes about, if
/// any does.
///
/// The rules are those of hole punching: whoever keeps one outside port for everybody can be found by whoever can be
/// answered; a port that nobody knows beforehand has to be predicted, or met by chance with many sockets.
public struct TraversalOutlook: Hashable, Sendable {
    /// How a session with a peer comes about.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Plain ICE finds a direct path.
        case direct
        /// A direct path by guessing the port that comes next.
        case prediction = "direct-by-prediction"
        /// A direct path by many sockets of one side, one of which the other side's random port meets.
        case manySockets = "direct-by-many-sockets"
        case relayed
        case unknown
    }

    /// How finely mapping or filtering tells remote addresses apart.
    public enum Granularity: Int, Hashable, Sendable, Comparable {
        case any
        case address
        case addressAndPort

        public static func < (left: Granularity, right: Granularity) -> Bool { left.rawValue < right.rawValue }
    }

    public var mapping: Granularity
    public var filtering: Granularity
    /// Whether the next outside port can be told from the last ones, where the mapping depends on the remote.
    public var isPredictable: Bool
    public var passesUDP: Bool

    public init(
        mapping: Granularity = .any, filtering: Granularity = .addressAndPort, isPredictable: Bool = true,
        passesUDP: Bool = true
    ) {
        self.mapping = mapping
        self.filtering = filtering
        self.isPredictable = isPredictable
        self.passesUDP = passesUDP
    }

    /// A network whose behaviour was found out; nil if too little was.
    ///
    /// What a server with one address cannot tell is taken at its more frequent: a mapping that is the same for two ports
    /// is the same for all, a filter that passes another port passes no other address.
    public init?(_ report: BehaviorReport) {
        switch report.mapping {
        case .endpointIndependent, .portIndependent: mapping = .any
        case .addressDependent: mapping = .address
        case .addressAndPortDependent: mapping = .addressAndPort
        case .unknown: return nil
        }
        switch report.filtering {
        case .endpointIndependent: filtering = .any
        case .addressDependent, .portIndependent: filtering = .address
        case .addressAndPortDependent, .unknown: filtering = .addressAndPort
        }
        isPredictable =
            switch report.successive {
            case .same, .step: report.externalAddresses.count <= 1
            case .random, .unknown: false
            }
        passesUDP = true
    }

    public func outcome(with peer: TraversalOutlook) -> Outcome {
        guard passesUDP, peer.passesUDP else { return .relayed }
        if isFoundPlainly(with: peer) { return .direct }
        switch (mapping, peer.mapping) {
        case (.any, _): return peer.isPredictable ? .prediction : .manySockets
        case (_, .any): return isPredictable ? .prediction : .manySockets
        default:
            // All packets to the other's address leave from one port: as good as fixed if it can be predicted.
            let isKnown = (mapping == .address && isPredictable) || (peer.mapping == .address && peer.isPredictable)
            return isKnown || (isPredictable && peer.isPredictable) ? .prediction : .relayed
        }
    }

    private func isFoundPlainly(with peer: TraversalOutlook) -> Bool {
        switch (mapping, peer.mapping) {
        case (.any, .any): return true
        // One side is known; the other's packets come from an unknown port of a known address.
        case (.any, _): return filtering < .addressAndPort
        case (_, .any): return peer.filtering < .addressAndPort
        case (.addressAndPort, .addressAndPort): return false
        // Something must come in unasked to begin with, and from an unknown port of a known address then.
        default:
            return min(filtering, peer.filtering) == .any && max(filtering, peer.filtering) < .addressAndPort
        }
    }
}

/// The networks that peers are in, each at its most frequent.
public enum PeerClass: String, Hashable, Sendable, CaseIterable {
    /// A public address, or a port that its router forwards.
    case open
    /// Most home routers: one outside port, and in come only those who were written to.
    case endpointIndependent = "endpoint-independent"
    /// A port for each destination, one after the other.
    case symmetricSequential = "symmetric-sequential"
    /// A port for each destination, any.
    case symmetricRandom = "symmetric-random"
    /// A NAT of the provider, mostly in phone networks: RFC 6888 wants it endpoint-independent, and three of four are.
    case carrierGrade = "carrier-grade"
    case udpBlocked = "udp-blocked"

    public var outlook: TraversalOutlook {
        switch self {
        case .open: TraversalOutlook(filtering: .any)
        case .endpointIndependent, .carrierGrade: TraversalOutlook()
        case .symmetricSequential: TraversalOutlook(mapping: .addressAndPort)
        case .symmetricRandom: TraversalOutlook(mapping: .addressAndPort, isPredictable: false)
        case .udpBlocked: TraversalOutlook(passesUDP: false)
        }
    }
}

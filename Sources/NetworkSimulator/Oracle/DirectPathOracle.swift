/// Says of two hosts whether a direct path between them is possible at all, knowing both networks.
///
/// A pure function of the rules. It assumes that the hosts are in different networks, that both know all of each other's
/// candidates, and that loss and mapping lifetimes are no obstacle.
public enum DirectPathOracle {
    /// Whether ICE alone finds a direct UDP path (RFC 8445: host, server-reflexive and peer-reflexive candidates, and
    /// responses that must come from where the request went, section 7.2.5.2.1).
    public static func plainICE(_ first: NetworkSide, _ second: NetworkSide, families: Families = .ipv4) -> Bool {
        if families.contains(.ipv6), first.hasIPv6, second.hasIPv6,
            succeeds(ChainBehavior(first, isIPv4: false), ChainBehavior(second, isIPv4: false))
        {
            return true
        }
        guard families.contains(.ipv4), first.hasIPv4, second.hasIPv4 else { return false }
        return succeeds(ChainBehavior(first, isIPv4: true), ChainBehavior(second, isIPv4: true))
    }

    /// Whether any method finds a direct path: ICE, port prediction against sequential ports, many sockets against
    /// random ones on one side, port mapping by request if `usingPortMapping`, and TCP if `usingTCP`.
    ///
    /// A path is a pair of ports: each side's packets to the other's port must leave from the own one. Where one side
    /// keeps its port, only the other's is to be found, by prediction or by many sockets. Where both depend on the
    /// destination and can be predicted, both sides aim at each other's next ports.
    ///
    /// Random ports that depend on the destination on both sides count as impossible: of 2^32 pairs of ports one is
    /// right, for each socket on either side. So do random ones against predictable ones, unless these depend on the
    /// address alone: the prediction tells from
    /// where the k-th packet will leave, so the random side must aim at the port of just that packet; with 2,048 mappings
    /// on the random side and 1,024 packets on the other, three of a hundred such campaigns would meet.
    public static func anyMethod(
        _ first: NetworkSide, _ second: NetworkSide, families: Families = .ipv4, usingPortMapping: Bool = false,
        usingTCP: Bool = false
    ) -> Bool {
        if plainICE(first, second, families: families) { return true }
        if usingTCP, overTCP(first, second, families: families) { return true }
        guard families.contains(.ipv4), first.hasIPv4, second.hasIPv4 else { return false }
        let one = ChainBehavior(first, isIPv4: true)
        let other = ChainBehavior(second, isIPv4: true)
        guard one.passesUDP, other.passesUDP else { return false }
        if usingPortMapping, first.mapsPorts || second.mapsPorts { return true }
        return isReachable(one, other) || isReachable(other, one)
    }

    /// Whether ICE over TCP finds a direct path (RFC 6544): both sides connect at once, from ports that a server has
    /// seen. A NAT maps and filters TCP here as it does UDP.
    public static func overTCP(_ first: NetworkSide, _ second: NetworkSide, families: Families = .ipv4) -> Bool {
        [(Families.ipv6, first.hasIPv6 && second.hasIPv6), (.ipv4, first.hasIPv4 && second.hasIPv4)].contains {
            family, isThere in
            guard families.contains(family), isThere else { return false }
            let one = ChainBehavior(first, isIPv4: family == .ipv4)
            let other = ChainBehavior(second, isIPv4: family == .ipv4)
            return one.passesTCP && other.passesTCP && doMeet(one, other)
        }
    }

    /// Address families to consider.
    public struct Families: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let ipv4 = Families(rawValue: 1)
        public static let ipv6 = Families(rawValue: 2)
    }

    private static func succeeds(_ one: ChainBehavior, _ other: ChainBehavior) -> Bool {
        one.passesUDP && other.passesUDP && doMeet(one, other)
    }

    /// Whether each side's packets come from where the other expects them, or are let in from elsewhere.
    private static func doMeet(_ one: ChainBehavior, _ other: ChainBehavior) -> Bool {
        switch (one.mapping, other.mapping) {
        case (.any, .any): return true
        // The one's address is known. The other's packets come from an unknown port of a known address.
        case (.any, _): return one.filtering < .addressAndPort
        case (_, .any): return other.filtering < .addressAndPort
        // With both mappings per remote port, each answer comes from yet another port.
        case (.addressAndPort, .addressAndPort): return false
        // Something must come in unasked to begin with, and from an unknown port of a known address then.
        default:
            return min(one.filtering, other.filtering) == .any
                && max(one.filtering, other.filtering) < .addressAndPort
        }
    }

    /// Whether the other can know (or predict) where the one's packets will come from, well enough to be found.
    private static func isReachable(_ one: ChainBehavior, _ other: ChainBehavior) -> Bool {
        switch one.mapping {
        // One fixed port: many sockets or prediction find the other's.
        case .any: return true
        // One port for all packets to the other's address: as good as fixed if it can be predicted.
        case .address: return one.isPredictable
        case .addressAndPort: return one.isPredictable && other.isPredictable
        }
    }
}

import WireFormat

/// What was found out about the way from this machine to the internet over UDP.
public struct BehaviorReport: Hashable, Sendable {
    /// Our address as the server sees it.
    public var mapped: TransportAddress
    /// All our outside addresses that were seen: more than one behind a NAT that has a pool.
    public var externalAddresses: [IPAddress]
    /// Whether the outside address is another than the socket's.
    public var isTranslated: Bool
    public var mapping: MappingVerdict
    public var filtering: FilteringVerdict
    public var hairpinning: HairpinningVerdict
    public var allocation: PortAllocation
    public var successive: SuccessivePorts
    public var roundTrip: Interval?
    public var serverOffers: ServerOffers

    /// What the server could be asked for.
    public enum ServerOffers: String, Hashable, Sendable {
        case twoAddresses = "two-addresses"
        case twoPorts = "two-ports"
        case onePort = "one-port"
    }
}

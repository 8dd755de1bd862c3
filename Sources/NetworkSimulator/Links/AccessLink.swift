public import WireFormat

/// Both directions between a host or a gateway and the network it is attached to.
public struct AccessLink: Hashable, Sendable {
    /// From the host or gateway into the network.
    public var up: LinkConditions
    /// From the network to the host or gateway.
    public var down: LinkConditions

    public init(up: LinkConditions, down: LinkConditions) {
        self.up = up
        self.down = down
    }

    public init(_ both: LinkConditions) { self.init(up: both, down: both) }

    /// A link with a one-way delay and nothing else.
    public init(delay: Interval) { self.init(LinkConditions(delay: delay)) }

    /// A link that costs nothing: a home network.
    public static var instant: AccessLink { AccessLink(.instant) }
}

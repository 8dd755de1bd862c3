import WireFormat

/// Who meets whom.
public struct Introduction: Hashable, Sendable {
    /// Nil if the peers of a running session meet again.
    public var venue: Venue?
    /// The host's address as the server sees it; of a meeting, the first peer's.
    public var host: TransportAddress
    /// The viewer's; of a meeting, the second peer's.
    public var viewer: TransportAddress
    /// As far as a policy had it asked.
    public var identity: ViewerIdentity
    /// What the policy lets the session be; nil before that is known, and where there is none.
    public var permit: Permit?
    /// Of a meeting, what its two peers showed.
    public var tickets: [[UInt8]]

    public init(
        venue: Venue?, host: TransportAddress, viewer: TransportAddress, identity: ViewerIdentity = .unasked,
        permit: Permit? = nil, tickets: [[UInt8]] = []
    ) {
        self.venue = venue
        self.host = host
        self.viewer = viewer
        self.identity = identity
        self.permit = permit
        self.tickets = tickets
    }
}

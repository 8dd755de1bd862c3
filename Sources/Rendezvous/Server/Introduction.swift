import WireFormat

/// Who meets whom.
public struct Introduction: Hashable, Sendable {
    /// Nil if the peers of a running session meet again.
    public var venue: Venue?
    /// The host's address as the server sees it; of a meeting, the first peer's.
    public var host: TransportAddress
    /// The viewer's; of a meeting, the second peer's.
    public var viewer: TransportAddress

    public init(venue: Venue?, host: TransportAddress, viewer: TransportAddress) {
        self.venue = venue
        self.host = host
        self.viewer = viewer
    }
}

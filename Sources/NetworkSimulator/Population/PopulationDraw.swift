/// One side of a session, drawn from a population.
public struct PopulationDraw: Hashable, Sendable {
    /// The kind of surroundings, as the table names it.
    public var place: String
    /// The gateways on the way out, and which families the host has.
    public var side: NetworkSide
    /// The access line, to put between the outermost gateway (or the host) and the internet.
    public var link: AccessLink

    public init(place: String, side: NetworkSide, link: AccessLink) {
        self.place = place
        self.side = side
        self.link = link
    }
}

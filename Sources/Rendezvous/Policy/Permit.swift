/// What a server with a policy lets a session be.
public struct Permit: Hashable, Sendable {
    public var terms: SessionTerms
    /// Opaque to the peers. Who shows it later can meet the other peer of the session again (`resume`).
    public var ticket: [UInt8]
    /// On the server: what the viewer gets for a ticket, if that is another one than the host's.
    public var viewerTicket: [UInt8]?

    public init(terms: SessionTerms, ticket: [UInt8] = [], viewerTicket: [UInt8]? = nil) {
        self.terms = terms
        self.ticket = ticket
        self.viewerTicket = viewerTicket
    }

    /// As the viewer is sent it.
    var ofViewer: Permit { Permit(terms: terms, ticket: viewerTicket ?? ticket) }
}

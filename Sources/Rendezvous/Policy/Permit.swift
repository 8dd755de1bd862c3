/// What a server with a policy lets a session be.
public struct Permit: Hashable, Sendable {
    public var terms: SessionTerms
    /// Opaque to the peers. Who shows it later can meet the other peer of the session again (`resume`).
    public var ticket: [UInt8]

    public init(terms: SessionTerms, ticket: [UInt8] = []) {
        self.terms = terms
        self.ticket = ticket
    }
}

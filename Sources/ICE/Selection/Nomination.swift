/// The controlling agent's latest choice.
struct Nomination: Sendable {
    let counter: UInt32
    let pair: PairIdentifier
    /// The peer has answered a check that carried it.
    var isConfirmed = false
}

/// What the controlled agent has to say to a nomination: the pair is dead, use this one.
struct Objection: Sendable {
    /// The nomination objected to.
    let counter: UInt32
    /// The pair that works.
    let pair: PairIdentifier
}

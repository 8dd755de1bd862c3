import ICE
import SecureChannel

/// What a driver asks for, and what a test that watches the wire must know.
extension Session {
    /// Whether the session is over and its closing packet no longer need be repeated.
    public var hasSaidGoodbye: Bool { end != nil && (records == nil || transport.isFinished) }

    /// This end's ICE credentials, which nobody but the peer may ever see whole.
    package var credentials: Agent.Credentials { agent.localCredentials }

    /// What the agent knows of all pairs, for the messages of failed tests.
    package var pairsText: String { agent.description }

    /// What records to this end carry; nil before the keys are there.
    var recordIdentifier: ConnectionIdentifier? { records?.localIdentifier }

    /// Every pair that data may flow over.
    public var validPairs: [CandidatePair] { agent.validPairs }

    /// What data could take instead of the selected pair, best first.
    public var sparePairs: [CandidatePair] { agent.selectedIdentifier.map { agent.spares(of: $0) } ?? [] }

    /// Those of them that answered when they were asked last.
    package var trustedSpares: [CandidatePair] { sparePairs.filter { !agent.isInDoubt($0.identifier) } }
}

import ICE
import WireFormat

/// One side of a session in the test network.
struct TestPeer {
    var agent: Agent
    var sockets: [TransportAddress]
    var nat: TestNAT?
    /// Peers with the same number reach each other's private addresses.
    var site: Int
    /// Extra one-way delay of this peer's access.
    var delay = Interval.milliseconds(10)
    /// Candidates reach the other side this much later than they are found.
    var signalingDelay = Interval.milliseconds(20)
    var isSignaling = true

    var events: [Agent.Event] = []
    /// What arrived: the first byte of each payload after the record mark, and the pair.
    var received: [(at: Instant, number: UInt8, pair: PairIdentifier)] = []
    var dropped = 0

    var selected: CandidatePair? { agent.selectedPair }

    var selections: [CandidatePair] {
        events.compactMap { if case .selectedPairChanged(let pair) = $0 { pair } else { nil } }
    }

    var hasLostPair: Bool {
        events.contains { if case .pairLost = $0 { true } else { false } }
    }
}

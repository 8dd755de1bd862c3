import STUN
import WireFormat

/// An agent's dealings with hard NATs; `Agent.HardNAT` says what is done and within which limits.
struct Traversal: Sendable {
    let settings: Agent.HardNAT
    var phase = TraversalPhase.idle
    var observations = MappingObservations()
    /// Addresses from which checks of ours were answered: the peer is there, and nobody else's packets are.
    var provenAddresses: [IPAddress] = []
    static let provenLimit = 8

    // The campaign.
    var mine: NATReport?
    var theirs: NATReport?
    /// The regular socket that the report is about.
    var socket: UInt16 = 0
    var campaigns = 0
    /// When the next campaign may begin.
    var notBefore = Instant(nanoseconds: .min)
    /// How often the campaign was put off for want of observations.
    var delays = 0

    // The attempt.
    var plan: TraversalPlan?
    var peerReady: (attempt: UInt8, port: UInt16)?
    var sockets: [PunchSocket] = []
    /// The ports that fresh sockets were given, in the order of the sockets; nil until the server has answered.
    var scouted: [UInt16?] = []
    /// The last port that our NAT gave out.
    var lastPort: UInt16 = 0
    var ports = ProbePorts.scattered(multiplier: 1, offset: 0)
    /// Mixed with the port or the socket's number, the transaction identifier of each check.
    var nonce = TransactionIdentifier(high: 0, low: 0)
    /// The next position in the list of ports or sockets.
    var position = 0
    /// Packets sent in this attempt, and how many may be by now.
    var sent = 0
    var due = 0
    var total = 0

    init(_ settings: Agent.HardNAT) { self.settings = settings }

    /// Packets are let out in portions, so that a timer need not fire for each.
    static let portionInterval = Interval.milliseconds(10)

    var portion: Int { max(1, settings.packetsPerSecond / 100) }

    var deadline: Instant { phase.deadline }

    var hasOutput: Bool { sent < due }

    mutating func prove(_ ip: IPAddress) {
        guard !provenAddresses.contains(ip) else { return }
        if provenAddresses.count == Self.provenLimit { provenAddresses.removeFirst() }
        provenAddresses.append(ip)
    }

    func index(of address: TransportAddress) -> Int? {
        guard !sockets.isEmpty else { return nil }
        return sockets.firstIndex { $0.address == address && !$0.isTaken }
    }
}

import STUN
import TURN
import WireFormat

/// One ICE agent (RFC 8445) of one session: one component, one data stream, full implementation, trickling (RFC 8838),
/// consent (RFC 7675), repeated nomination.
///
/// Data may flow over any valid pair at once. `selectedPair` starts with the first valid pair and moves to better ones;
/// the others that are worth it are kept alive as spares. The agent does no I/O: see the driver's calls `receive`,
/// `advance`, `nextDeadline`, `pollTransmit`, `pollEvent`, `send`.
///
/// How both agents come to use the same pair, whatever is lost: every choice of the controlling agent has a counter,
/// which its checks on the chosen pair carry until the next choice (attribute 0xC0BF, beside USE-CANDIDATE). It uses a
/// pair once the peer has answered such a check; the controlled agent follows the highest counter as soon as the pair
/// is valid on its side too. Where that pair dies for the controlled agent only, its checks on a pair that works carry
/// the counter it objects to, and the controlling agent chooses anew.
///
/// Where this deviates from RFC 8445: `Pacing` (Ta and the first timeout are shorter, triggered checks do not wait);
/// each repetition of a check is a transaction of its own, so that each answer gives an exact round-trip time; frozen
/// pairs are unfrozen when there is nothing else to check, for a frozen pair must not wait for a hopeless one to fail;
/// nomination frees nothing (section 8.3), since the other pairs are spares; an answer from elsewhere than the check went
/// to is ignored instead of failing the pair (section 7.2.5.2.1), since whoever can send one could end pairs. From RFC
/// 7675 section 5.1: a pair whose consent has expired is checked again with the same credentials, which no other session
/// ever has, so that a path that was down for a while needs no signaling to come back (`Revival`).
public struct Agent: Sendable {
    let policy: Policy
    let pacing: Pacing
    let liveness: Liveness
    let limits: Limits
    let tcpUse: TCPUse

    /// Who nominates; may change by a role conflict (`Event.roleChanged`).
    public internal(set) var role: Role

    /// A value that rides in our checks (attribute 0xC0BE, at most `maximumCheckData` bytes) while it is set; beside
    /// the regular ones, checks are sent until one that carried it is answered. A longer value counts as none.
    public var checkData: [UInt8]? {
        didSet { checkDataChanged(from: oldValue) }
    }

    /// What fits in a check beside everything else on any path: 600 bytes.
    public static let maximumCheckData = 600

    var random: SeededRandom
    /// RFC 8445 section 6.1.1: 64 random bits.
    let tieBreaker: UInt64

    var current: Generation
    /// The generation before the last restart, as long as its pairs carry data.
    var previous: Generation?
    var previousEndsAt: Instant?

    // Gathering.
    var servers: [Server]
    var sockets: [LocalSocket] = []
    var relays: [Relay] = []
    var nextBaseIdentifier: UInt16 = 0
    var localCandidates: [LocalCandidate] = []
    var tasks: [GatheringTask] = []
    var probes: TransactionTable<BindingProbe>
    var isGathering = false

    // Checks.
    var remoteCandidates: [RemoteCandidate] = []
    var signaledReplacements: RateLimiter
    /// Apart, so that whoever replays a check from many addresses uses up none of those that signaling brings.
    var learnedReplacements: RateLimiter
    /// In the order of their identifiers.
    var pairs: [Pair] = []
    var nextPairNumber: UInt32 = 1
    var transactions: CheckTransactions
    var limiter: RateLimiter
    /// Apart, so that whoever repeats the peer's checks keeps none of ours from leaving.
    var answerLimiter: RateLimiter
    var answered = AnsweredChecks()
    var paceAt: Instant
    var isPacing = false
    var burstRemaining: Int
    var lastReceived = 0

    // Selection.
    var selected: PairIdentifier?
    /// Of the controlled agent: what its first data takes.
    var early: PairIdentifier?
    /// Data was allowed to flow once.
    var hasBegun = false
    /// The highest counter sent or seen.
    var nominationCounter: UInt32 = 0
    /// Of the controlling agent.
    var nomination: Nomination?
    /// Of the controlled agent: the highest nomination received.
    var followed: Nomination?
    var objection: Objection?
    var dataVersion: UInt32 = 0
    var isDataDelivered = false
    var lastDataSeen: [UInt8]?

    // Timers.
    /// No pair's deadline is earlier; it may be later than this says.
    var pairsDeadline = Instant.distantFuture
    var relaysDeadline = Instant.distantFuture
    /// When to look for a direct path again, while there is none.
    var searchAt: Instant?
    var searches = 0
    var failAt: Instant?
    var tcpPhase = TCPPhase.idle
    var connectionsDeadline = Instant.distantFuture
    /// Addresses may have come that TCP ports are to be asked for at.
    var lacksListeners = false
    var hasFailed = false
    var revival = Revival()

    /// What is done about hard NATs.
    var traversal: Traversal

    // Output.
    var responses: Queue<Response>
    var checks: Queue<PairIdentifier>
    var requests: Queue<TransactionIdentifier>
    var relaysHaveOutput = false
    /// When a STUN or TURN server answered last.
    var serverHeardAt: Instant?
    var events: Queue<Event>

    /// - Parameters:
    ///   - random: unpredictable in real programs; transaction identifiers are drawn from it.
    ///   - now: the time of creation.
    public init(configuration: Configuration, random: SeededRandom, now: Instant) {
        policy = configuration.policy
        pacing = configuration.pacing
        liveness = configuration.liveness
        limits = configuration.limits
        traversal = Traversal(configuration.hardNAT)
        tcpUse = configuration.tcpUse
        role = configuration.role
        self.random = random
        tieBreaker = self.random.next()
        current = Generation(number: 1, local: configuration.local)
        servers = Array(configuration.servers.prefix(configuration.limits.servers))
        probes = TransactionTable(limit: 64)
        transactions = CheckTransactions(limit: configuration.limits.transactions)
        limiter = RateLimiter(perSecond: configuration.pacing.checksPerSecond)
        answerLimiter = limiter
        signaledReplacements = RateLimiter(
            burst: configuration.limits.replacements, interval: configuration.limits.replacementInterval)
        learnedReplacements = signaledReplacements
        paceAt = now
        burstRemaining = configuration.pacing.burstCount
        responses = Queue(limit: configuration.limits.responses)
        checks = Queue(limit: configuration.limits.pairs * 2)
        requests = Queue(limit: 64)
        events = Queue(limit: configuration.limits.events)
    }

    /// The credentials that the peer's checks of this generation must carry.
    public var localCredentials: Credentials { current.local }

    /// How often `restart` was called, plus one.
    public var generation: UInt32 { current.number }

    mutating func emit(_ event: Event) { events.append(event) }
}

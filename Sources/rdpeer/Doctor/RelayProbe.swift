import STUN
import TURN
import WireFormat

/// Asks a TURN server for an allocation, and gives it back.
struct RelayProbe {
    enum Outcome: Equatable {
        case pending
        /// A relayed address was ours, so long after the start.
        case works(setup: Interval)
        /// The server answers, but lends us none.
        case answers(String)
        case unreachable(String)
    }

    let server: TransportAddress
    let transport: TransportProtocol
    private let username: String
    private let password: String
    private(set) var outcome = Outcome.pending
    private var client: TURN.Client?
    private let startedAt: Instant
    private var random: SeededRandom

    /// - Parameter username: empty without credentials: then an answer is all that is asked for.
    init(
        server: TransportAddress, transport: TransportProtocol, username: String, password: String,
        random: SeededRandom, now: Instant
    ) {
        self.server = server
        self.transport = transport
        self.username = username
        self.password = password
        self.random = random
        startedAt = now
    }

    private var hasCredentials: Bool { !username.isEmpty }

    /// The socket, or the connection to the server, is open.
    mutating func open(_ local: TransportAddress, at now: Instant) {
        guard client == nil, case .pending = outcome else { return }
        var configuration = TURN.Client.Configuration(
            server: server, transport: transport, username: hasCredentials ? username : "doctor", password: password)
        // As for discovery: a doctor's patient does not wait 39.5 s.
        configuration.retransmission = RetransmissionPolicy(
            initialTimeout: .milliseconds(250), sendCount: 5, finalWaitFactor: 2, maximumTimeout: .milliseconds(500))
        var client = TURN.Client(configuration: configuration, local: local, random: random.fork(), now: now)
        client.start(at: now)
        self.client = client
    }

    mutating func fail(_ reason: String) {
        if case .pending = outcome { outcome = .unreachable(reason) }
        client = nil
    }

    func isAt(_ path: Path) -> Bool { client?.path == path }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        _ = try? client?.receive(datagram, on: path, at: now)
        drain(at: now)
    }

    mutating func advance(to now: Instant) {
        client?.advance(to: now)
        drain(at: now)
    }

    var nextDeadline: Instant? { client?.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        client?.pollTransmit(into: &packet, at: now)
    }

    private mutating func drain(at now: Instant) {
        while let event = client?.pollEvent() {
            switch event {
            case .allocated:
                outcome = .works(setup: now - startedAt)
                client?.deallocate(at: now)
            case .failed(let reason):
                if case .pending = outcome { outcome = Self.outcome(reason, hasCredentials: hasCredentials) }
                client = nil
            case .deallocated: client = nil
            default: break
            }
        }
    }

    private static func outcome(_ reason: TURN.Client.EndReason, hasCredentials: Bool) -> Outcome {
        switch reason {
        case .timeout: .unreachable("no answer")
        case .connectionLost: .unreachable("the connection broke")
        case .wrongCredentials where !hasCredentials: .answers("it answers; not tried further, without credentials")
        case .wrongCredentials: .answers("it does not accept the credentials that the server gave")
        case .refused(let code): .answers("it refuses: \(code.rawValue) \(code.reason)")
        case .redirected(let other): .answers("it sends us to \(other)")
        case .badAnswer: .answers("its answer makes no sense")
        }
    }
}

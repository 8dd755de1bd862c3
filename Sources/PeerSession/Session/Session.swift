import FileTransfer
import ICE
import ScreenCodec
import SecureChannel
import Transport
import WireFormat

/// One session between a host and a viewer: handshake, paths, records, transport and screen, without any I/O.
///
/// A host's session has a `ScreenSender`, a viewer's a `ScreenReceiver`. The owner carries `offer`, the `answer` event
/// and `signal` events through signaling, and datagrams between `receive`, `pollTransmit` and its sockets; after each
/// call it drains `pollTransmit` and `pollEvent` until they return nil and calls `advance` at `nextDeadline`.
///
/// The state machine is `HandshakePhase`; paths come and go beside it, as the agent finds them.
public struct Session<Screen: SessionScreen> {
    enum Timer: Hashable, Sendable {
        case handshake, reconnect, ping, streams, silence, race, standby, limit
    }

    public internal(set) var configuration: SessionConfiguration
    /// When the viewer asked for it, or the host heard of that.
    var startedAt: Instant

    var phase: HandshakePhase
    var agent: Agent
    var box: SealedBox?
    var records: RecordLayer?
    var transport: Connection
    /// This end's half of the screen.
    public internal(set) var screen: Screen
    var control = ControlDeframer()
    var news = ControlNews()
    var deadlines = Deadlines<Timer>()
    var events = EventQueue<SessionEvent>()
    public internal(set) var figures = SessionFigures()
    /// How the packet that was written last is to be marked. Records are, where the transport says so, for it heeds what
    /// comes of it; a check or a request heeds no mark, and must get through where marked packets do not (RFC 8085
    /// section 3.1.7).
    public internal(set) var transmittedECN = ECNCodepoint.notCapable

    /// The UDP sockets, as they were added.
    var sockets: [TransportAddress]
    var mappings: [SocketMapping] = []
    var random: SeededRandom

    /// Candidates found and not told yet.
    var untoldCandidates: [Candidate] = []
    /// Control bytes that the transport had no room for yet.
    var unsentControl: [UInt8] = []
    /// Host: the pointer's newest shape, until the viewer has what was sent before.
    var unsentCursor: CursorShape?
    /// Viewer: input that the transport had no room for yet.
    var inputBacklog = InputBacklog()
    /// What this side takes for its clipboard, and whether it gives its own.
    var clipboardOffer: ClipboardOffer
    var isClipboardGiven: Bool
    var clipboardSender = ClipboardSender()
    var clipboardReceiver: ClipboardReceiver
    var peerOffer = ClipboardOffer.nothing
    /// Files by their names, and files that are copied and pasted.
    var fileChannel: FileChannel
    var pasteChannel: FileChannel
    var pasteBoard: PasteBoard
    /// Host: whether the viewer looks at all.
    public internal(set) var isScreenWanted = true
    /// Whether the peer has spoken under the session's keys: it is there now, while a handshake may be somebody's copy.
    public internal(set) var isProven = false
    /// Viewer: how long the server's policy lets the session take. The host ends it first, if it keeps to its word.
    var policyLimit: Interval?
    /// Viewer with a code: the third message, which the host may not have before it has spoken.
    var confirmation: [UInt8]?
    /// How the handshake travels.
    var way = Prologue.Way.signaling
    /// The secret name under which both can meet again through the server: of a host from its answer on.
    var meeting: [UInt8]?
    /// Whose session it is, once the handshake has told.
    var peerKey: PublicKey?
    /// When the peer was heard last, over whatever path.
    var heardAt: Instant
    /// When a record of the peer came last. What another path is given to show whether it works does not count.
    var spokeAt: Instant
    /// The owner was told that no path works.
    var isPathLost = false
    /// How many of the first and the sharp picture the owner was told of.
    var toldMilestones = 0
    /// No path worked when it was looked last.
    var wasBroken = false
    /// When datagrams or time were last given to it.
    var turnAt: Instant
    var race: PathRace?
    var copies = RecordCopies()
    /// After the end: the relays were given back.
    var isReleased = false
    /// The relays that are reached over TCP or TLS.
    var streams = StreamLadder()
    /// Connections to them that nothing is asked over.
    var idleStreams: [RelayStream] = []

    /// - Parameter isHost: a host that is only looked at takes nothing into its clipboard, a viewer that only looks gives
    ///   nothing of its own.
    init(
        phase: HandshakePhase, agent: Agent, screen: Screen, isHost: Bool, configuration: SessionConfiguration,
        sockets: [TransportAddress], random: SeededRandom, at now: Instant
    ) {
        self.phase = phase
        self.agent = agent
        self.screen = screen
        self.configuration = configuration
        self.sockets = sockets
        self.random = random
        clipboardOffer = isHost && configuration.isViewOnly ? .nothing : configuration.clipboard
        isClipboardGiven = !configuration.clipboard.selections.isEmpty && (isHost || !configuration.isViewOnly)
        pasteBoard = PasteBoard(isHost: isHost, configuration)
        clipboardReceiver = ClipboardReceiver(clipboardOffer, paste: pasteBoard.taken)
        fileChannel = .named(isHost: isHost, configuration.files)
        pasteChannel = .pasted(pasteBoard)
        startedAt = now
        heardAt = now
        spokeAt = now
        turnAt = now
        transport = Connection(configuration: configuration.transport, path: PathIdentifier(0), at: now)
        if case .waiting = phase {
            deadlines[.standby] = now + Self.standbyInterval
        } else {
            deadlines[.handshake] = now + configuration.handshakeTimeout
            startMapping(at: now)
        }
    }

    /// How often a session that waits asks what its NATs' mappings are: RFC 4787 section 4.3 has none end before two
    /// minutes, and many end after 30 seconds.
    static var standbyInterval: Interval { .seconds(20) }

    /// Draws the agent's credentials; RFC 8445 section 5.3 asks for 24 and 128 bits of randomness at least.
    static func makeAgent(
        role: Agent.Role, configuration: SessionConfiguration, sockets: [TransportAddress], servers: [Agent.Server],
        random: inout SeededRandom, at now: Instant
    ) -> Agent {
        let credentials = Agent.Credentials(
            usernameFragment: hexadecimal(random.bytes(count: 4)), password: hexadecimal(random.bytes(count: 16)))
        var agentConfiguration = Agent.Configuration(
            role: role, local: credentials, policy: configuration.policy, servers: servers)
        agentConfiguration.pacing = configuration.pacing
        agentConfiguration.liveness = configuration.liveness
        agentConfiguration.hardNAT = configuration.hardNAT
        agentConfiguration.tcpUse = configuration.tcpUse
        var agent = Agent(configuration: agentConfiguration, random: random.fork(), now: now)
        for socket in sockets { agent.addSocket(socket, at: now) }
        return agent
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Whether the peer has proven who it is and the session is not over.
    public var isEstablished: Bool {
        if case .established = phase { true } else { false }
    }

    /// Whether the session waits for a path, its first or the next one, which may come through signaling only.
    public var needsSignaling: Bool { isEstablished && (isPathLost || figures.setup == nil) }

    /// Whether no viewer has come yet.
    var isWaiting: Bool {
        if case .waiting = phase { true } else { false }
    }

    /// Why the session is over, or nil while it is not.
    public var end: SessionEnd? {
        if case .ended(let end) = phase { end } else { nil }
    }

    /// The path that data takes now.
    public var selectedPair: CandidatePair? { agent.selectedPair }

    /// Watches what this end seals, for tests; nil before the keys are there.
    package var recordWitness: RecordWitness? { records.map(RecordWitness.init) }
    /// What the records that this end seals carry.
    var sealingIdentifier: ConnectionIdentifier? { records?.remoteIdentifier }

    /// What the transport counted since the session began.
    public var transportStatistics: Connection.Statistics { transport.statistics }

    /// The next event, or nil.
    public mutating func pollEvent() -> SessionEvent? { events.popFirst() }

    /// When to call `advance` next. Mutating, for a session is large and a plain getter would copy it.
    public var nextDeadline: Instant? {
        mutating get {
            if case .ended = phase { return transport.isFinished || records == nil ? nil : transport.nextDeadline }
            var earliest = Instant.earlier(agent.nextDeadline, deadlines.next)
            earliest = Instant.earlier(earliest, screen.nextDeadline)
            earliest = Instant.earlier(earliest, fileDeadline)
            if configuration.gateway != nil { earliest = Instant.earlier(earliest, mappingDeadline) }
            return isEstablished ? Instant.earlier(earliest, transport.nextDeadline) : earliest
        }
    }
}

import WireFormat

/// One peer's end of the transport: plaintext packets in and out, below them the record layer that seals each packet
/// under the packet number given here.
///
/// Packets carry frames: acknowledgements, input events (repeated until acknowledged), bytes of reliable streams, one
/// state datagram filled by the application's `StateChannel`. The machine follows RFC 9000 and 9002 where it can;
/// what is left out (handshake, connection identifiers, key phases, migration) belongs to other layers.
///
/// How to drive it: hand in what arrives with `receive`, call `advance` at `nextDeadline`; after each of them, after
/// handing in input or stream bytes and whenever the channel gets content, call `pollTransmit` until it returns nil and
/// `pollEvent` until it returns nil. `nextDeadline` is valid after `pollTransmit` has returned nil.
public struct Connection: Sendable {
    /// The largest input event, in bytes.
    public static let maximumInputBytes = 128

    /// The most input events that can wait for acknowledgement: how far a receiver's memory of early events reaches.
    public static let maximumInputQueue = 256

    /// Credit that both peers take for given on each stream, before any MAX_STREAM_DATA.
    public static let initialStreamCredit: UInt64 = 64 << 10

    /// Credit that both peers take for given on all streams together, before any MAX_DATA.
    public static let initialConnectionCredit: UInt64 = 256 << 10

    enum Timer: Hashable, Sendable {
        case acknowledgement, loss, probe, silence, pacing, inputRepeat, goodbye, end
    }

    /// Where the connection is in its life (RFC 9000 section 10).
    enum Phase: Sendable {
        case open
        /// We ended it: a packet with the reason is owed, and one more for each power of two of packets received.
        case closing(CloseReason, isOwed: Bool, received: Int)
        /// The peer ended it: nothing more is sent.
        case draining
        case closed
    }

    let configuration: Configuration
    var phase = Phase.open
    var timers = Deadlines<Timer>()
    var path: PathState
    var formerPaths: [PathState] = []
    /// How many paths there were, each return to one counted.
    var generations: UInt32 = 0
    var race: Race?
    var awaited: Awaited?
    /// Answers are overdue on the path in use; true until one comes.
    public internal(set) var isSilent = false
    /// When the newest packet left that the peer has acknowledged: the peer was there after that. An acknowledgement may be
    /// old itself, for whoever is on the way can hold it back; what it names is older still. Nil before the first.
    public internal(set) var answeredPacketSentAt: Instant?
    /// Set while the owner sends each packet over two paths because the peer does: packets say so.
    public var isEchoing = false
    /// How the packet received last was marked.
    public internal(set) var peerCopyReason: CopyReason?
    var sent: SentPackets
    var recentlyLost = RecentlyLost()
    var acknowledgement = AcknowledgementState()
    var counts = Statistics()
    var events = EventQueue()

    var sendStreams: [SendStream]
    var receiveStreams: [ReceiveStream]
    var flow: FlowControl
    var inputSender: InputSender
    var inputReceiver = InputReceiver()

    /// RFC 9002 appendix A.3.
    var largestAcknowledged: UInt64?
    /// The newest packet whose round trip was taken.
    var largestMeasured: UInt64?
    var lastElicitingSentAt: Instant?
    var elicitingInFlight = 0
    var probeTimeoutCount = 0
    var probesOwed = 0
    var isPingOwed = false
    var inputHedges = 0
    var isInputRepeatDue = false
    /// What the peer has counted of our marks, and how many we made.
    var reportedMarks = ECNCounts()
    var markedPackets: UInt64 = 0
    /// How the packet that was written last is to be marked.
    public internal(set) var transmittedECN = ECNCodepoint.notCapable
    /// How long packets of the path left last are waited for.
    var formerLossDelay = Interval.zero
    var packetsSinceBulk = 0
    /// How often the reason of our close is to be sent again, unasked.
    var goodbyesLeft = 0

    /// Starts on a path. The first packet number is 0.
    ///
    /// - Parameters:
    ///   - path: what `pathChanged` will be told when it changes.
    ///   - measuredRTT: the path's round trip, if connectivity checks have measured it.
    public init(
        configuration: Configuration = Configuration(), path: PathIdentifier, measuredRTT: Interval? = nil,
        at now: Instant
    ) {
        self.configuration = configuration
        let window = configuration.initialWindowPackets * configuration.baseDatagramBytes
        self.path = PathState(
            path, generation: 0, configuration: configuration, initialRTT: measuredRTT ?? configuration.initialRTT,
            isMeasured: measuredRTT != nil, windowBytes: window, burstBytes: window, at: now)
        sent = SentPackets(limit: configuration.maximumTrackedPackets)
        let send = SendStream(bufferBytes: configuration.streamSendBufferBytes, credit: Self.initialStreamCredit)
        sendStreams = Array(repeating: send, count: StreamIdentifier.count)
        let receive = ReceiveStream(
            windowBytes: configuration.streamReceiveWindowBytes, credit: Self.initialStreamCredit)
        receiveStreams = Array(repeating: receive, count: StreamIdentifier.count)
        flow = FlowControl(windowBytes: configuration.connectionReceiveWindowBytes)
        inputSender = InputSender(limit: configuration.inputQueueEvents)
    }

    /// Whether frames still take effect. False from the moment either side closes.
    public var isOpen: Bool {
        if case .open = phase { true } else { false }
    }

    /// Whether closing is over, too: the connection can be dropped.
    public var isFinished: Bool {
        if case .closed = phase { true } else { false }
    }

    public var pathIdentifier: PathIdentifier { path.identifier }

    /// The highest packet number that the peer has acknowledged: the record layer shortens its numbers by it.
    public var highestAcknowledged: UInt64? { largestAcknowledged }

    /// The round trip of the present path.
    public var roundTrip: RoundTripEstimator { path.roundTrip }

    /// What congestion control lets the present path take in a second; nil until an acknowledgement has measured it.
    public var windowBytesPerSecond: Double? {
        guard path.roundTrip.hasSample else { return nil }
        return Double(path.controller.windowBytes) / max(path.roundTrip.smoothed.seconds, 0.000_1)
    }

    /// When `advance` is to be called next, or nil if nothing is pending.
    public var nextDeadline: Instant? { timers.next }

    /// What happened next, or nil if nothing did since.
    public mutating func pollEvent() -> Event? {
        if let input = inputReceiver.next() { return .inputReceived(input) }
        return events.next()
    }

    public var statistics: Statistics {
        var result = counts
        result.bytesInFlight = path.bytesInFlight
        result.congestionWindowBytes = path.controller.windowBytes
        result.pacingBytesPerSecond = path.pacingBytesPerSecond
        result.deliveryBytesPerSecond = path.delivery.bytesPerSecond
        result.maximumPacketBytes = maximumPacketBytes
        result.latestRTT = path.roundTrip.latest
        result.smoothedRTT = path.roundTrip.smoothed
        result.minimumRTT = path.roundTrip.minimum
        result.rttVariation = path.roundTrip.variation
        result.rttSamples = path.roundTrip.sampleCount
        result.queueingDelay = path.controller.queueingDelay
        result.isECNCapable = path.ecn.hasSucceeded
        return result
    }

    /// Bytes that the connection's buffers hold now: streams and sent-packet records.
    public var memoryBytes: Int {
        var bytes = sent.capacity * MemoryLayout<SentPacket>.stride
        for index in sendStreams.indices { bytes += sendStreams[index].memoryBytes + receiveStreams[index].memoryBytes }
        return bytes
    }

    /// The largest packet without record overhead.
    var maximumPacketBytes: Int { path.mtu.size - configuration.recordOverheadBytes }
}

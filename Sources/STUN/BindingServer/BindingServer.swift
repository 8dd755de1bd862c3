import WireFormat

/// Tells clients their address (RFC 8489 section 12), and from up to two addresses with two ports each what their NAT
/// does (RFC 5780).
///
///     for local in server.sockets { ... }            // bind these; `Path.local` names them
///     try server.receive(datagram, on: path, at: now)
///     while let path = server.pollTransmit(into: &packet, at: now) { ... }
///
/// An answer never has more bytes than its request, unless the operator wants old clients served: clients pad theirs, and
/// OTHER-ADDRESS, RESPONSE-ORIGIN and PADDING are in the answer as far as there is room. Answers that go elsewhere than
/// back, from another socket or to another port, are counted per source; beyond the rate the client is told so.
///
/// Deviation: RFC 5780 section 7.4 knows no server with one address and two ports. Ours tells its second port in
/// BEELINE-ALTERNATE-PORT, which no other client mistakes for a second address, and answers from it when asked for
/// another port.
public struct BindingServer: Sendable {
    /// The most answers that wait for a poll; a driver polls after every batch.
    static let replyLimit = 4_096

    public let configuration: Configuration
    public private(set) var statistics = Statistics()

    private var replies: [Reply] = []
    private var nextReply = 0
    private var rates: SourceRates

    /// - Parameter random: unpredictable, so that nobody chooses sources that share a rate with somebody else's.
    public init(configuration: Configuration, random: SeededRandom) {
        self.configuration = configuration
        var random = random
        rates = SourceRates(
            random: &random, perSecond: configuration.changesPerSecond, burst: configuration.changeBurst)
    }

    /// Takes a datagram. What is thrown was dropped; nothing the server keeps has changed.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) {
        do throws(Failure) {
            try answer(datagram, on: path, at: now)
        } catch {
            statistics.dropped &+= 1
            throw error
        }
    }

    private mutating func answer(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        let message: Message
        do { message = try Message(datagram) } catch { throw .malformed(error) }
        guard message.type == MessageType(.request, .binding), message.fingerprint != .invalid else {
            throw .unexpected
        }
        guard let place = configuration.place(of: path.local) else { throw .unexpected }
        guard replies.count - nextReply < Self.replyLimit else { throw .overloaded }
        statistics.requests &+= 1
        var reply = Reply(
            path: path, transaction: message.transaction, content: .success(place),
            hasFingerprint: message.fingerprint == .valid, wantsPadding: message.contains(.padding),
            sizeLimit: configuration.answersShortRequests ? .max : datagram.count)
        let unknown = message.unknownRequiredAttributes(isKnown: Self.isKnown)
        reply.content =
            unknown.isEmpty ? direct(&reply, as: message, from: place, at: now) : .unknownAttributes(unknown)
        replies.append(reply)
    }

    /// Sends an answer where CHANGE-REQUEST and RESPONSE-PORT want it, or says why not.
    private mutating func direct(
        _ reply: inout Reply, as message: borrowing Message, from place: Place, at now: Instant
    ) -> Reply.Content {
        let change = message.changeRequest ?? []
        let hasPort = message.contains(.responsePort)
        guard !change.isEmpty || hasPort else { return .success(place) }
        // A server that cannot do what the attribute asks for answers like one that does not know it
        // (RFC 5780 section 6.1).
        guard let origin = configuration.place(place, changedBy: change) else {
            return .unknownAttributes([.changeRequest])
        }
        var remote = reply.path.remote
        if hasPort {
            // "The server MUST NOT combine PADDING and RESPONSE-PORT": 400 (RFC 5780 section 6.1).
            guard let port = message.responsePort, !reply.wantsPadding else { return .refusal(.badRequest) }
            remote.port = port
        }
        guard rates.allows(remote.ip, at: now) else {
            statistics.refusedChanges &+= 1
            return .refusal(.serverError)
        }
        statistics.changes &+= 1
        reply.path = Path(local: configuration.local(of: origin), remote: remote)
        return .success(origin)
    }

    /// What ICE's checks and old clients put into a Binding request, and what this server does.
    private static func isKnown(_ type: AttributeType) -> Bool {
        switch type {
        case .username, .userHash, .realm, .nonce, .passwordAlgorithm, .priority, .useCandidate, .changeRequest,
            .padding, .responsePort:
            true
        default: false
        }
    }

    /// The next answer; nil if there is none.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        while nextReply < replies.count {
            let reply = replies[nextReply]
            nextReply += 1
            let start = packet.count
            guard reply.write(by: configuration, into: &packet) else { continue }
            if packet.count - start <= reply.sizeLimit { return reply.path }
            packet.removeLast(packet.count - start)
            statistics.withheldAnswers &+= 1
        }
        replies.removeAll(keepingCapacity: true)
        nextReply = 0
        return nil
    }
}

extension BindingServer {
    /// Why a datagram was dropped.
    public enum Failure: Error, Hashable, Sendable {
        case malformed(MessageFailure)
        /// No Binding request, or on a socket that is none of ours.
        case unexpected
        /// More answers wait than are kept.
        case overloaded
    }

    /// Counters since the start.
    public struct Statistics: Hashable, Sendable {
        public var requests: UInt64 = 0
        /// Answers from another socket or to another port, as the request wanted.
        public var changes: UInt64 = 0
        /// Requests for those beyond a source's rate.
        public var refusedChanges: UInt64 = 0
        /// Answers withheld because they would have been longer than the request.
        public var withheldAnswers: UInt64 = 0
        public var dropped: UInt64 = 0

        public init() {}

        /// Counts another's in.
        public mutating func add(_ other: Statistics) {
            requests &+= other.requests
            changes &+= other.changes
            refusedChanges &+= other.refusedChanges
            withheldAnswers &+= other.withheldAnswers
            dropped &+= other.dropped
        }
    }
}

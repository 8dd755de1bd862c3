import WireFormat

/// The host's side of handshakes on the path alone: takes first messages, asks for a cookie where it must, and sends and
/// repeats the answers that the owner gives.
///
/// The owner reads each initiation that it is handed, decides whether that viewer may come, and calls ``answer(_:with:)`` or
/// ``drop(_:)`` before anything else. Each datagram that comes in is answered by at most one, which is no longer; the
/// listener itself never sends again, since the viewer does.
public struct PathListener: Sendable {
    public enum Event: Hashable, Sendable {
        case initiation(PathInitiation)
    }

    /// The longest second message.
    public static let maximumAnswerCount = PathReply.maximumAnswerCount

    /// Answers kept to be repeated.
    static let answerLimit = 16
    /// Answered initiations remembered, so that they are not taken twice.
    static let memory = 1_024
    static let outgoingLimit = 64
    /// Source addresses share so many buckets, by a secret hash: one that asks too often spoils at most its own.
    static let sourceBuckets = 256

    private struct Answered: Sendable {
        let identifier: InitiationIdentifier
        var path: Path
        var message: [UInt8]?
    }

    /// Whether everyone is asked for a cookie: the owner sets it while it has a session, or another handshake is under way.
    public var isBusy = false
    public private(set) var counters = PathCounters()

    private let version: UInt16
    private let tag: KeyTag
    private var cookies: StatelessCookie
    /// Initiations taken without a cookie: eight at once, then eight a second.
    private var unproven = TokenBucket(burst: 8, interval: .milliseconds(125))
    /// Notices about keys and versions.
    private var notices = TokenBucket(burst: 16, interval: .milliseconds(100))
    /// Initiations taken from one address: eight at once, then two a second.
    private var proven = Array(
        repeating: TokenBucket(burst: 8, interval: .milliseconds(500)), count: sourceBuckets)
    private var assemblies = PathAssemblies()
    private var answered: [Answered] = []
    private var seen: [InitiationIdentifier] = []
    private var nextSeen = 0
    private var outgoing: [(bytes: [UInt8], path: Path)] = []
    private var events: [Event] = []

    /// - Parameter random: the source of the cookies' secrets, seeded with full entropy.
    public init(host: PublicKey, version: UInt16 = Prologue.currentVersion, random: SeededRandom, at now: Instant) {
        self.version = version
        tag = KeyTag(host: host)
        cookies = StatelessCookie(random: random, now: now)
    }

    /// Places taken in the tables that senders can fill, for tests: each has a limit.
    package var stateCount: Int { assemblies.count + answered.count + seen.count + outgoing.count + events.count }

    /// Takes a datagram that begins as a handshake does.
    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(PathFailure) {
        counters.datagramsReceived += 1
        counters.bytesReceived += UInt64(datagram.count)
        do throws(PathFailure) {
            try take(datagram, on: path, at: now)
        } catch {
            if error != .cookieAsked { counters.dropped += 1 }
            throw error
        }
    }

    private mutating func take(_ bytes: Span<UInt8>, on path: Path, at now: Instant) throws(PathFailure) {
        guard let (version, identifier) = InitiationDatagram.version(of: bytes) else { throw .malformed }
        guard version == self.version else {
            if notices.take(at: now) { send(PathReply(identifier, .otherVersion(self.version)), over: path) }
            throw .otherVersion
        }
        guard InitiationDatagram.isTagged(bytes, with: tag) else {
            if notices.take(at: now) { send(PathReply(identifier, .otherKey), over: path) }
            throw .otherKey
        }
        guard let datagram = InitiationDatagram(bytes) else { throw .malformed }
        try take(datagram, on: path, at: now)
    }

    private mutating func take(
        _ datagram: InitiationDatagram, on path: Path, at now: Instant
    ) throws(PathFailure) {
        let identifier = datagram.identifier
        let known = answered.firstIndex { $0.identifier == identifier }
        if let known, answered[known].path == path { return repeatAnswer(known) }
        let name = identifier.bytes
        let isProven =
            datagram.cookie.map { cookies.accepts($0.span, from: path.remote, message: name.span) } ?? false
        let needsProof = isBusy || known != nil || datagram.pieceCount > 1
        guard isProven || (!needsProof && unproven.take(at: now)) else {
            counters.cookiesAsked += 1
            send(PathReply(identifier, .cookie(cookies.make(for: path.remote, message: name.span))), over: path)
            throw .cookieAsked
        }
        guard let message = whole(datagram, on: path, at: now) else { return }
        if isProven {
            let bucket = cookies.slot(of: path.remote.ip, among: Self.sourceBuckets)
            guard proven[bucket].take(at: now) else { throw .tooMany }
        }
        if let known {
            // The viewer's address has changed since.
            answered[known].path = path
            return repeatAnswer(known)
        }
        guard !seen.contains(identifier) else { throw .replayed }
        begin(PathInitiation(identifier: identifier, version: version, message: message, path: path))
    }

    private mutating func whole(_ datagram: InitiationDatagram, on path: Path, at now: Instant) -> [UInt8]? {
        datagram.pieceCount == 1 ? datagram.piece : assemblies.add(datagram, on: path, at: now)
    }

    private mutating func begin(_ initiation: PathInitiation) {
        if answered.count == Self.answerLimit { answered.removeFirst() }
        answered.append(Answered(identifier: initiation.identifier, path: initiation.path))
        counters.initiations += 1
        events.append(.initiation(initiation))
    }

    private mutating func repeatAnswer(_ index: Int) {
        guard let message = answered[index].message else { return }
        send(PathReply(answered[index].identifier, .answer(message)), over: answered[index].path)
    }

    /// Remembers an initiation that was authentic: one that was not may have been written by somebody who has seen the
    /// viewer's identifier, and must not keep the viewer's own out.
    private mutating func remember(_ identifier: InitiationIdentifier) {
        if seen.count < Self.memory {
            seen.append(identifier)
        } else {
            seen[nextSeen] = identifier
            nextSeen = (nextSeen + 1) % Self.memory
        }
    }

    /// Sends the second message, now and whenever the first one comes again. Only for initiations that were authentic.
    ///
    /// - Parameter message: of at most ``maximumAnswerCount`` bytes; a longer one is not sent.
    public mutating func answer(_ identifier: InitiationIdentifier, with message: [UInt8]) {
        guard message.count <= Self.maximumAnswerCount,
            let index = answered.firstIndex(where: { $0.identifier == identifier })
        else { return }
        if answered[index].message == nil { remember(identifier) }
        answered[index].message = message
        repeatAnswer(index)
    }

    /// Forgets an initiation. One that was answered is not taken again.
    public mutating func drop(_ identifier: InitiationIdentifier) {
        answered.removeAll { $0.identifier == identifier }
    }

    private mutating func send(_ reply: PathReply, over path: Path) {
        if outgoing.count < Self.outgoingLimit { outgoing.append((reply.bytes, path)) }
    }

    /// When to call ``advance(to:)`` next.
    public var nextDeadline: Instant? {
        assemblies.nextDeadline.map { min($0, cookies.nextDeadline) } ?? cookies.nextDeadline
    }

    /// Changes the cookies' secret and gives up messages that stayed incomplete.
    public mutating func advance(to now: Instant) {
        cookies.advance(to: now)
        assemblies.advance(to: now)
    }

    /// Writes the next datagram.
    ///
    /// - Parameter packet: empty, with room for 1,200 bytes.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard !outgoing.isEmpty else { return nil }
        let (bytes, path) = outgoing.removeFirst()
        packet.append(contentsOf: bytes.span)
        counters.datagramsSent += 1
        counters.bytesSent += UInt64(bytes.count)
        return path
    }

    /// The next event, or nil.
    public mutating func pollEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }
}

import WireFormat

/// The viewer's side of a handshake on the path alone: sends the first message until an authentic answer has come, shows
/// the host a cookie if it asks for one, and hands out what may be the answer.
///
/// The owner reads answers with its `Handshake`, which tells authentic ones, and lets go of the initiator then. Nothing
/// that comes from the network ends it: the owner does when its user's patience ends, and ``hint`` may say why.
///
/// Deviation from RFC 9147 section 5.8.2, whose timer begins with 1,000 ms: with 250 ms, since an initiation sent too often
/// costs the path 1,200 bytes and the host a lookup, while one that was lost keeps a person waiting.
public struct PathInitiator: Sendable {
    /// What an unauthenticated notice said: worth a word to the user when nothing else came, and nothing else.
    public enum Hint: Hashable, Sendable {
        /// What answers at the address has another key.
        case otherKey
        /// What answers there speaks another version.
        case otherVersion(UInt16)
    }

    public enum Event: Hashable, Sendable {
        /// A second message, authentic or not, and where it came from.
        case answer([UInt8], over: Path)
    }

    /// The longest first message.
    public static let maximumMessageCount = InitiationDatagram.maximumPieces * InitiationDatagram.pieceCapacity

    private static let firstTimeout = Interval.milliseconds(250)
    /// The timer doubles so often: up to 4 seconds.
    private static let doublings = 4
    /// New cookies are answered so often at once between two retransmissions.
    private static let promptLimit = 4
    private static let eventLimit = 8

    /// Where the host listens.
    public let remote: TransportAddress
    /// What an unauthenticated notice said.
    public private(set) var hint: Hint?

    private let version: UInt16
    private let identifier: InitiationIdentifier
    private let pieces: [[UInt8]]
    private let tag: KeyTag
    private var sockets: [TransportAddress] = []
    private var socket = 0
    private var cookie: (bytes: [UInt8], local: TransportAddress)?
    private var unsent: Range<Int>
    private var retransmitsAt: Instant
    private var attempts = 0
    private var prompts = 0
    private var hasHeard = false
    private var events: [Event] = []

    /// - Parameters:
    ///   - message: the first message of a handshake whose prologue has `identifier`; nil if it is too long.
    ///   - host: the key that the message was made for.
    public init?(
        identifier: InitiationIdentifier, message: [UInt8], host: PublicKey, remote: TransportAddress,
        sockets: [TransportAddress] = [], version: UInt16 = Prologue.currentVersion, at now: Instant
    ) {
        guard let pieces = InitiationDatagram.pieces(of: message) else { return nil }
        self.identifier = identifier
        self.pieces = pieces
        self.remote = remote
        self.version = version
        tag = KeyTag(host: host)
        unsent = pieces.indices
        retransmitsAt = now + Self.firstTimeout
        for socket in sockets { addSocket(socket) }
    }

    /// A local address to send from; that which the route to the host takes comes first, if the owner knows.
    public mutating func addSocket(_ local: TransportAddress) {
        let reaches = local.ip.isIPv4 == remote.ip.isIPv4 && (remote.ip.isLoopback || !local.ip.isLoopback)
        if reaches, !sockets.contains(local) { sockets.append(local) }
    }

    /// A local address that is gone.
    public mutating func removeSocket(_ local: TransportAddress) {
        guard sockets.contains(local) else { return }
        sockets.removeAll { $0 == local }
        hasHeard = false
        unsent = pieces.indices
    }

    public mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(PathFailure) {
        guard let reply = PathReply(datagram) else { throw .malformed }
        guard reply.identifier == identifier, path.remote == remote, sockets.contains(path.local) else {
            throw .unexpected
        }
        switch reply.content {
        case .answer(let message):
            guard events.count < Self.eventLimit else { throw .tooMany }
            events.append(.answer(message, over: path))
        case .cookie(let bytes): take(bytes, from: path.local, at: now)
        case .otherKey: hint = .otherKey
        case .otherVersion(let version): hint = .otherVersion(version)
        }
    }

    private mutating func take(_ bytes: [UInt8], from local: TransportAddress, at now: Instant) {
        if let cookie, cookie.bytes == bytes, cookie.local == local { return }
        cookie = (bytes, local)
        socket = sockets.firstIndex(of: local) ?? 0
        hasHeard = true
        // Whoever saw the initiation could make us send without end.
        guard prompts < Self.promptLimit else { return }
        prompts += 1
        unsent = pieces.indices
        retransmitsAt = now + timeout
    }

    private var timeout: Interval { Self.firstTimeout * Int64(1 << min(attempts, Self.doublings)) }

    /// When to call ``advance(to:)`` next.
    public var nextDeadline: Instant? { retransmitsAt }

    /// Sends again what is due, from the next socket if this one brought nothing.
    public mutating func advance(to now: Instant) {
        guard now >= retransmitsAt else { return }
        attempts += 1
        prompts = 0
        if !hasHeard { socket += 1 }
        unsent = pieces.indices
        retransmitsAt = now + timeout
    }

    /// Writes the next datagram.
    ///
    /// - Parameter packet: empty, with room for 1,200 bytes.
    public mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard let index = unsent.first, !sockets.isEmpty else { return nil }
        unsent = index + 1..<unsent.upperBound
        let local = sockets[socket % sockets.count]
        let shown = cookie.flatMap { $0.local == local ? $0.bytes : nil }
        let datagram = InitiationDatagram(
            version: version, identifier: identifier, index: index, pieceCount: pieces.count, piece: pieces[index],
            cookie: shown)
        let bytes = datagram.bytes(with: tag)
        packet.append(contentsOf: bytes.span)
        return Path(local: local, remote: remote)
    }

    /// The next event, or nil.
    public mutating func pollEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }
}

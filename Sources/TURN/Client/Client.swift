import STUN
import WireFormat

/// One allocation on a TURN server, from its client's side (RFC 8656), over UDP or a stream.
///
///     client.start(at: now)                          // .allocated(relayed:mapped:) follows
///     client.permit(peer, at: now)                   // .permissionInstalled follows
///     client.send(payload, to: peer, into: &packet, at: now)
///     client.bindChannel(to: peer, at: now)          // the same `send` then needs four bytes instead of 36
///
/// The owner hands it what comes from the server on its socket (`receive`; over a stream frame by frame, cut out with
/// `StreamDeframer.frameSize`), drains `pollTransmit` and `pollEvent`, and calls `advance` at `nextDeadline`. The
/// allocation, its permissions and channels are renewed until `deallocate`.
///
/// Deviations: the first, unauthenticated Allocate over UDP is padded, so that a server which never sends more
/// than it got can challenge it. One CreatePermission names one address.
public struct Client: Sendable {
    /// A request is repeated with a fresh nonce this often at the most (438, Stale Nonce).
    static let challengeLimit = 3
    /// The padded size of the first Allocate: our server's challenge has fewer bytes.
    static let paddedAllocateSize = 128
    /// The longest mobility ticket to keep; longer ones would crowd out the request that repeats them.
    static let ticketLimit = 400

    public let configuration: Configuration
    /// The socket that the client shares, as its `Path.local`.
    public internal(set) var local: TransportAddress
    /// The IPv6 relayed address of a dual allocation.
    public internal(set) var additionalRelayedAddress: TransportAddress?
    /// The server in use: another than configured after a redirection.
    public internal(set) var server: TransportAddress

    var state = State.idle
    var credentials: LongTermCredentials?
    /// Proves to the server at another address that the allocation is ours (RFC 8016).
    var ticket: [UInt8]?
    var isMoving = false
    var transactions = TransactionTable<Outstanding>(limit: 512)
    /// The Allocate that no answer came to.
    var unansweredAllocate: TransactionIdentifier?
    /// Requests to write at the next polls.
    var outgoing = Queue<TransactionIdentifier>()
    var events = Queue<Event>()
    var deadlines = Deadlines<Timer>()
    /// The end of what the server has granted last (RFC 8656 section 7).
    var expiresAt: Instant?
    var permissions: [Permission] = []
    var channels: [Channel] = []
    /// A number must not go to another peer until five minutes after its binding ended (RFC 8656 section 12), so
    /// each is used once in an allocation's life.
    var nextChannel = ChannelData.channelNumbers.lowerBound
    var redirections = Redirections()
    var lastSentAt: Instant
    var isKeepaliveDue = false
    var random: SeededRandom

    /// A request on its way, and with how many challenges behind it.
    struct Outstanding: Sendable {
        let request: ClientRequest
        let challenges: Int
        let isAuthenticated: Bool
    }

    /// - Parameters:
    ///   - local: the socket's address as the driver reports it.
    ///   - random: the source of transaction identifiers.
    public init(configuration: Configuration, local: TransportAddress, random: SeededRandom, now: Instant) {
        self.configuration = configuration
        self.local = local
        self.random = random
        server = configuration.server
        lastSentAt = now
    }

    /// The relayed address while there is an allocation.
    public var relayedAddress: TransportAddress? {
        if case .allocated(let relayed, _) = state { relayed } else { nil }
    }

    /// Our address as the server sees it, while there is an allocation.
    public var mappedAddress: TransportAddress? {
        if case .allocated(_, let mapped) = state { mapped } else { nil }
    }

    /// Whether payloads to this peer go through a channel already.
    public func hasChannel(to peer: TransportAddress) -> Bool {
        channels.contains { $0.peer == peer && $0.isBound }
    }

    /// Whether the server confirmed a permission for this address.
    public func hasPermission(for ip: IPAddress) -> Bool { permissions.contains { $0.peer.ip == ip && $0.isInstalled } }

    /// Where everything of this client goes.
    public var path: Path { Path(transport: configuration.transport, local: local, remote: server) }

    /// Asks for an allocation; also again after it failed. Over a stream the connection exists by now.
    public mutating func start(at now: Instant) {
        switch state {
        case .idle, .ended: break
        case .allocating, .allocated, .deallocating: return
        }
        state = .allocating
        expectChallenge()
        unansweredAllocate = nil
        nextChannel = ChannelData.channelNumbers.lowerBound
        begin(.allocate, at: now)
    }

    /// Asks for an allocation with the very request that no answer came to, if there was one: a server that has granted
    /// it says so once more, where it would refuse another one (437, RFC 8656 section 7.2).
    public mutating func startAgain(at now: Instant) {
        guard state == .ended, let identifier = unansweredAllocate else { return start(at: now) }
        state = .allocating
        unansweredAllocate = nil
        nextChannel = ChannelData.channelNumbers.lowerBound
        begin(.allocate, as: identifier, challenges: 0, at: now)
    }

    /// Gives back what this user may have here without knowing of it, since the answer to its request was lost: as long
    /// as the server has that, it refuses another (437, RFC 8656 section 7.2). `.deallocated` follows, whether there was
    /// anything or not.
    public mutating func reclaim(at now: Instant) {
        switch state {
        case .idle, .ended: break
        case .allocating, .allocated, .deallocating: return
        }
        state = .deallocating
        expectChallenge()
        begin(.refresh(lifetimeSeconds: 0), at: now)
    }

    private mutating func expectChallenge() {
        server = configuration.server
        // One that cannot be answered is not better known than none: the server's own will say what is wrong.
        credentials = configuration.challenge.flatMap { challenge in
            try? LongTermCredentials(
                challenge: challenge, username: [UInt8](configuration.username.utf8),
                password: [UInt8](configuration.password.utf8))
        }
    }

    /// Asks that datagrams to and from a peer's IP address, on any port, pass; nothing if they do already.
    ///
    /// Payloads may be sent at once: on most paths the request stays ahead of them.
    ///
    /// - Returns: false if there is no allocation or the limit of peers is reached.
    @discardableResult
    public mutating func permit(_ peer: TransportAddress, at now: Instant) -> Bool {
        guard case .allocated = state else { return false }
        if let index = permissions.firstIndex(where: { $0.peer.ip == peer.ip }) {
            // One that has a channel is in use: the permission is renewed in its name.
            if !channels.contains(where: { $0.peer == permissions[index].peer }) { permissions[index].peer = peer }
            return true
        }
        guard permissions.count < configuration.peerLimit else { return false }
        permissions.append(Permission(peer: peer, refreshAt: now + Self.permissionRefresh))
        begin(.createPermission(peer), at: now)
        scheduleRenewal()
        return true
    }

    /// Asks for a channel, which also permits the peer's address; nothing if there is one already.
    ///
    /// - Returns: false if there is no allocation or the limit of peers is reached.
    @discardableResult
    public mutating func bindChannel(to peer: TransportAddress, at now: Instant) -> Bool {
        guard permit(peer, at: now) else { return false }
        if let index = permissions.firstIndex(where: { $0.peer.ip == peer.ip }) { permissions[index].peer = peer }
        if channels.contains(where: { $0.peer == peer }) { return true }
        guard channels.count < configuration.peerLimit, ChannelData.channelNumbers.contains(nextChannel) else {
            return false
        }
        let number = nextChannel
        nextChannel += 1
        channels.append(Channel(peer: peer, number: number, refreshAt: now + Self.channelRefresh))
        begin(.channelBind(peer, number), at: now)
        scheduleRenewal()
        return true
    }

    /// Gives the allocation back: `.deallocated` follows once the server confirmed it, or did not answer.
    public mutating func deallocate(at now: Instant) {
        switch state {
        // The server may have made already what it was asked for.
        case .allocated, .allocating:
            forgetAllocation()
            state = .deallocating
            begin(.refresh(lifetimeSeconds: 0), at: now)
        case .idle, .deallocating, .ended: break
        }
    }

    /// Takes the allocation along to another socket, such as one at the address of a new network: relayed address,
    /// permissions and channels stay (RFC 8016). `.moved` follows, or `.failed`. What peers send meanwhile is lost.
    ///
    /// - Returns: false if there is no allocation, or the server gave no ticket for it.
    @discardableResult
    public mutating func move(to local: TransportAddress, at now: Instant) -> Bool {
        guard case .allocated = state, ticket != nil else { return false }
        self.local = local
        transactions.removeAll { _ in true }
        outgoing.removeAll()
        isMoving = true
        begin(.move, at: now)
        return true
    }

    /// The connection to the server broke: a stream's allocation is gone with it (RFC 8656 section 3.1).
    public mutating func connectionLost() {
        switch state {
        case .allocating, .allocated, .deallocating: end(.connectionLost)
        case .idle, .ended: break
        }
    }

    public mutating func pollEvent() -> Event? { events.popFirst() }

    mutating func begin(_ request: ClientRequest, challenges: Int = 0, at now: Instant) {
        // At the new address the server knows no allocation yet: all else is asked for once it has moved.
        if isMoving, request != .move { return }
        let identifier = TransactionIdentifier(random: &random)
        begin(request, as: identifier, challenges: challenges, at: now)
    }

    private mutating func begin(
        _ request: ClientRequest, as identifier: TransactionIdentifier, challenges: Int, at now: Instant
    ) {
        let outstanding = Outstanding(
            request: request, challenges: challenges, isAuthenticated: credentials != nil)
        transactions.start(
            identifier, outstanding, policy: configuration.retransmission,
            isReliable: configuration.transport != .udp, at: now)
        outgoing.append(identifier)
    }

    mutating func end(_ reason: EndReason) {
        forgetAllocation()
        state = .ended
        events.append(.failed(reason))
    }

    mutating func forgetAllocation() {
        permissions.removeAll()
        channels.removeAll()
        deadlines.removeAll()
        expiresAt = nil
        transactions.removeAll { _ in true }
        outgoing.removeAll()
        isKeepaliveDue = false
        isMoving = false
        ticket = nil
        additionalRelayedAddress = nil
    }
}

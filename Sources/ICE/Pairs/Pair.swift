import WireFormat

/// A base of ours and a candidate of theirs: what checks and data go over.
struct Pair: Sendable {
    let identifier: PairIdentifier
    let generation: UInt32
    let base: Base
    /// The base's own candidate: host or relayed.
    let local: Candidate
    var remote: Candidate
    /// The socket's way to the remote candidate; of no use for a relayed base, where the relay knows the way.
    let path: Path
    var priority: UInt64
    var state = PairState.waiting
    /// A check waits for the remote credentials or for the relay's permission, and leaves before the ordinary ones.
    var isTriggered = false
    /// A check is in the queue already.
    var isQueued = false
    var connection: PairConnection
    /// When the first answer came over TCP: what was sent before may have waited for the connection, and tells nothing
    /// of the round trip.
    var measuresSince: Instant?
    /// Whether packets can leave: the relay lets them pass to the remote address, the connection is open.
    var isPermitted: Bool
    /// The relay's server has refused the remote address, and was asked once more for this pair.
    var isRefused = false
    /// A check of the peer's has come over it.
    var isAskedOver = false
    /// The peer has nominated it without a counter.
    var isNominated = false
    /// The peer has withdrawn its consent (RFC 7675 section 5.2): no packet goes there any more.
    var isRevoked = false
    /// Kept alive as the selected pair or a spare.
    var isMaintained = false
    /// What `isMaintained` is about to become.
    var isWorthKeeping = false
    /// It was kept alive until its consent expired, and is among the last of which that is true.
    var isRevivable = false
    var lostAt = Instant(nanoseconds: .min)
    /// It was checked in vain once.
    var hasFailed = false
    /// How often it failed while it was trusted, and when last.
    var strikes = 0
    var lastStrike = Instant(nanoseconds: .min)
    var roundTripTime = RoundTripTime()
    /// Our address as the peer sees it.
    var mapped: TransportAddress?
    /// When data has been going out for too long with nothing coming back; distant if nothing is outstanding.
    var silentAt = Instant.distantFuture

    /// Straight to the peer, over TCP.
    var isOverTCP: Bool { !base.isRelay && path.transport != .udp }

    var isRelayed: Bool { base.isRelay || remote.kind == .relayed }

    /// One of us reaches its relay over TCP or TLS; as for the peer, the priority of its candidate tells.
    var isRelayedOverStream: Bool {
        if base.isRelay, path.transport != .udp { return true }
        return remote.kind == .relayed && !CandidatePriority.isOfDatagramRelay(remote.priority)
    }

    /// Pairs of the same foundations are likely to succeed or fail together (RFC 8445 section 6.1.2.6).
    func hasFoundation(of other: Pair) -> Bool {
        local.foundation == other.local.foundation && remote.foundation == other.remote.foundation
    }

    /// Whether what kills one most likely kills the other: both pass between the same two machines' addresses, over UDP
    /// and over TCP, say, or from the same line through the same relay server, whosever the allocation is.
    func sharesWay(with other: Pair) -> Bool {
        guard isRelayed || other.isRelayed else {
            return local.address.ip == other.local.address.ip && remote.address.ip == other.remote.address.ip
        }
        return isRelayed && other.isRelayed && sharesLine(with: other) && sharesRelay(with: other)
    }

    private func sharesLine(with other: Pair) -> Bool {
        let (mine, theirs) = (path.local.ip, other.path.local.ip)
        return mine == theirs || mine.isUnspecified || theirs.isUnspecified
    }

    private func sharesRelay(with other: Pair) -> Bool {
        (base.isRelay && other.isRelayed(by: local.address.ip))
            || (remote.kind == .relayed && other.isRelayed(by: remote.address.ip))
    }

    private func isRelayed(by server: IPAddress) -> Bool {
        (base.isRelay && local.address.ip == server) || (remote.kind == .relayed && remote.address.ip == server)
    }

    var isValid: Bool {
        if case .valid = state { true } else { false }
    }

    var validity: Validity? {
        if case .valid(let validity) = state { validity } else { nil }
    }

    /// Its health, zero if it is not valid.
    var rank: Int { validity?.rank ?? 0 }

    /// When something is due, `distantFuture` if nothing is.
    var deadline: Instant {
        switch state {
        case .inProgress(let attempt): attempt.next
        case .valid(let validity): min(validity.next, silentAt)
        case .frozen, .waiting, .failed: .distantFuture
        }
    }
}

import STUN
import WireFormat

extension Client {
    /// "The Permission Lifetime MUST be 300 seconds" (RFC 8656 section 9); renewed a minute before.
    static let permissionRefresh = Interval.seconds(240)

    /// "Channel bindings last for 10 minutes unless refreshed" (RFC 8656 section 12); renewed a minute before.
    static let channelRefresh = Interval.seconds(540)

    /// A lifetime below this is treated as this, or a hostile server could make us send without end.
    static let shortestLifetimeSeconds: UInt32 = 20

    public var nextDeadline: Instant? {
        guard let timer = deadlines.next else { return transactions.nextDeadline }
        return min(timer, transactions.nextDeadline ?? timer)
    }

    public mutating func advance(to now: Instant) {
        while let due = transactions.popDue(at: now) {
            switch due {
            case .retransmission(let transaction): outgoing.append(transaction.identifier)
            case .timeout(let transaction): giveUp(transaction.content.request, transaction.identifier)
            }
        }
        while let timer = deadlines.popDue(at: now) {
            switch timer {
            case .refresh: begin(.refresh(lifetimeSeconds: configuration.lifetimeSeconds), at: now)
            case .renewal: renew(at: now)
            case .keepalive: keepAlive(at: now)
            }
        }
    }

    /// Half of the lifetime is left when the refresh goes out, so that its repetitions end in time.
    mutating func scheduleRefresh(lifetimeSeconds: UInt32, at now: Instant) {
        let seconds = max(Self.shortestLifetimeSeconds, min(lifetimeSeconds, 86_400))
        deadlines[.refresh] = now + .milliseconds(Int64(seconds) * 450)
    }

    mutating func scheduleRenewal() {
        var earliest: Instant?
        for permission in permissions where earliest.map({ permission.refreshAt < $0 }) ?? true {
            earliest = permission.refreshAt
        }
        for channel in channels where earliest.map({ channel.refreshAt < $0 }) ?? true {
            earliest = channel.refreshAt
        }
        deadlines[.renewal] = earliest
    }

    mutating func renew(at now: Instant) {
        for index in permissions.indices where permissions[index].refreshAt <= now {
            permissions[index].refreshAt = now + Self.permissionRefresh
            begin(.createPermission(permissions[index].peer), at: now)
        }
        for index in channels.indices where channels[index].refreshAt <= now {
            channels[index].refreshAt = now + Self.channelRefresh
            begin(.channelBind(channels[index].peer, channels[index].number), at: now)
        }
        scheduleRenewal()
    }

    private mutating func keepAlive(at now: Instant) {
        let pause = max(configuration.keepalive, .seconds(1))
        if lastSentAt + pause <= now {
            isKeepaliveDue = true
            lastSentAt = now
        }
        deadlines[.keepalive] = lastSentAt + pause
    }

    /// No answer came to any repetition.
    private mutating func giveUp(_ request: ClientRequest, _ identifier: TransactionIdentifier) {
        switch request {
        case .allocate:
            unansweredAllocate = identifier
            end(.timeout)
        case .refresh: state == .deallocating ? endDeallocated() : end(.timeout)
        case .move: end(.timeout)
        case .createPermission(let peer): refusePermission(peer.ip, nil)
        case .channelBind(let peer, _): refuseChannel(peer, nil)
        }
    }

    mutating func endDeallocated() {
        forgetAllocation()
        state = .ended
        events.append(.deallocated)
    }

    mutating func refusePermission(_ ip: IPAddress, _ code: ErrorCode?) {
        permissions.removeAll { $0.peer.ip == ip }
        scheduleRenewal()
        events.append(.permissionRefused(ip, code))
    }

    mutating func refuseChannel(_ peer: TransportAddress, _ code: ErrorCode?) {
        channels.removeAll { $0.peer == peer }
        scheduleRenewal()
        events.append(.channelRefused(peer, code))
    }
}

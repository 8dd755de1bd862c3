import STUN
import WireFormat

extension Client {
    /// "The Permission Lifetime MUST be 300 seconds" (RFC 8656 section 9); renewed a minute before.
    static let permissionLifetime = Interval.seconds(300)
    static let permissionRefresh = Interval.seconds(240)

    /// "Channel bindings last for 10 minutes unless refreshed" (RFC 8656 section 12); renewed a minute before.
    static let channelLifetime = Interval.seconds(600)
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
            case .timeout(let transaction): giveUp(transaction.content.request, transaction.identifier, at: now)
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
        expiresAt = now + .seconds(Int64(seconds))
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

    /// No answer came to any repetition. What the server has confirmed stays until it ends there, and is asked for again.
    private mutating func giveUp(_ request: ClientRequest, _ identifier: TransactionIdentifier, at now: Instant) {
        switch request {
        case .allocate:
            unansweredAllocate = identifier
            end(.timeout)
        case .refresh: giveUpRefresh(at: now)
        case .move: end(.timeout)
        case .createPermission(let peer):
            guard let index = permissions.firstIndex(where: { $0.peer.ip == peer.ip }),
                let pause = pause(before: permissions[index].expiresAt, at: now)
            else { return refusePermission(peer.ip, nil) }
            permissions[index].refreshAt = now + pause
            scheduleRenewal()
        case .channelBind(let peer, _):
            guard let index = channels.firstIndex(where: { $0.peer == peer }),
                let pause = pause(before: channels[index].expiresAt, at: now)
            else { return refuseChannel(peer, nil) }
            channels[index].refreshAt = now + pause
            scheduleRenewal()
        }
    }

    /// A connection over which no answer comes is not asked twice: it may have died unheard, and another one is better.
    private mutating func giveUpRefresh(at now: Instant) {
        guard state != .deallocating else { return endDeallocated() }
        guard configuration.transport == .udp, let pause = pause(before: expiresAt, at: now) else {
            return end(.timeout)
        }
        deadlines[.refresh] = now + pause
    }

    /// How long after an unanswered request the next one is sent: an eighth of the time that is left, from one second to
    /// thirty. Nil if none is left.
    private func pause(before expiresAt: Instant?, at now: Instant) -> Interval? {
        guard let expiresAt, now < expiresAt else { return nil }
        return max(.seconds(1), min((expiresAt - now) / 8, .seconds(30)))
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

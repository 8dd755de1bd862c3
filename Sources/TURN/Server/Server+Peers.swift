import STUN
import WireFormat

extension Server {
    /// "The Permission Lifetime MUST be 300 seconds (= 5 minutes)" (RFC 8656 section 9).
    static let permissionLifetime = Interval.seconds(300)

    /// "Channel bindings last for 10 minutes unless refreshed" (RFC 8656 section 12).
    static let channelLifetime = Interval.seconds(600)

    mutating func createPermissions(_ message: borrowing Message, _ origin: Origin, _ slot: Int, at now: Instant) {
        guard let allocation = allocations[slot] else { return }
        let key = allocation.credentials.key
        var peers: [IPAddress] = []
        var cursor = message.attributes
        while let attribute = cursor.next() {
            guard attribute.type == .xorPeerAddress else { continue }
            guard let peer = attribute.xorAddress, peers.count < configuration.limits.permissionsPerAllocation else {
                return refuse(.badRequest, origin, key: key)
            }
            if let code = objection(to: peer, of: allocation) { return refuse(code, origin, key: key) }
            peers.append(peer.ip)
        }
        guard !peers.isEmpty else { return refuse(.badRequest, origin, key: key) }
        // One bad attribute fails the whole request (RFC 8656 section 10.2).
        guard permit(peers, in: slot, at: now) else { return refuse(.insufficientCapacity, origin, key: key) }
        reply(.success, origin, key: key)
    }

    mutating func bindChannel(_ message: borrowing Message, _ origin: Origin, _ slot: Int, at now: Instant) {
        guard let allocation = allocations[slot] else { return }
        let key = allocation.credentials.key
        guard let number = message.channelNumber, ChannelData.acceptedNumbers.contains(number),
            let peer = message.xorPeerAddress, peer.port != 0
        else { return refuse(.badRequest, origin, key: key) }
        if let code = objection(to: peer, of: allocation) { return refuse(code, origin, key: key) }
        // A number stays with its peer and a peer with its number (RFC 8656 section 12.2).
        let current = allocation.channels.first { ($0.number == number || $0.peer == peer) && now < $0.expiresAt }
        guard current.map({ $0.number == number && $0.peer == peer }) ?? true else {
            return refuse(.badRequest, origin, key: key)
        }
        guard permit([peer.ip], in: slot, at: now), setChannel(number, peer, in: slot, at: now) else {
            return refuse(.insufficientCapacity, origin, key: key)
        }
        reply(.success, origin, key: key)
    }

    /// What stands against a peer, for CreatePermission and ChannelBind alike.
    private mutating func objection(to peer: TransportAddress, of allocation: Allocation) -> ErrorCode? {
        guard allocation.relay(for: peer.ip) != nil else { return .peerAddressFamilyMismatch }
        // Two clients of this server may meet: the address then is a live relayed one, port and all.
        if liveRelay(at: peer) != nil || bound(ofTeamRelay: peer) != nil { return nil }
        guard policy.refusal(of: peer.ip) != nil else { return nil }
        statistics.refusedPeers &+= 1
        return .forbidden
    }

    private mutating func permit(_ peers: [IPAddress], in slot: Int, at now: Instant) -> Bool {
        guard var permissions = allocations[slot]?.permissions else { return false }
        permissions.removeAll { $0.expiresAt <= now }
        let expiresAt = now + Self.permissionLifetime
        for peer in peers {
            if let index = permissions.firstIndex(where: { $0.ip == peer }) {
                permissions[index].expiresAt = expiresAt
            } else {
                guard permissions.count < configuration.limits.permissionsPerAllocation else { return false }
                permissions.append(Permission(ip: peer, expiresAt: expiresAt))
            }
        }
        allocations[slot]?.permissions = permissions
        return true
    }

    private mutating func setChannel(
        _ number: UInt16, _ peer: TransportAddress, in slot: Int, at now: Instant
    ) -> Bool {
        guard var channels = allocations[slot]?.channels else { return false }
        channels.removeAll { $0.expiresAt <= now || $0.number == number }
        guard channels.count < configuration.limits.channelsPerAllocation else { return false }
        channels.append(Channel(number: number, peer: peer, expiresAt: now + Self.channelLifetime))
        allocations[slot]?.channels = channels
        return true
    }
}

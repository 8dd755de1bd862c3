import STUN
import WireFormat

/// A server of a team; one that is alone has no ledger, and none of this costs it anything.
extension Server {
    /// Whether the client has an allocation of this server.
    public func hasAllocation(of client: Path) -> Bool { slot(ofClient: client) != nil }

    /// Who of the team a request is for, if not this server: the one that has the allocation of its mobility ticket
    /// (RFC 8016), or the port of its reservation token. Nothing is known of the sender yet.
    public func owner(of datagram: Span<UInt8>, on path: Path) -> Int? {
        guard let team = configuration.team, team.count > 1, path.transport == .udp, datagram.count > 20,
            datagram[0] == 0, datagram[1] == 3 || datagram[1] == 4, !hasAllocation(of: path),
            let message = try? Message(datagram), message.messageClass == .request
        else { return nil }
        var owner = team.index
        if message.method == .refresh, let attribute = message.first(.mobilityTicket),
            let ticket = MobilityTicket(attribute.value)
        {
            owner = ticket.identifier.server
        } else if message.method == .allocate, let token = message.first(.reservationToken)?.uint64 {
            owner = ReservationToken(rawValue: token).server
        }
        return owner != team.index && owner < team.count ? owner : nil
    }

    mutating func count(_ change: (inout AllocationCounts) -> Void) {
        guard let ledger = configuration.team?.ledger else { return change(&ownCounts) }
        ledger.count(change)
    }

    /// What stands against one more allocation.
    func objection(to credentials: Credentials, at client: Path) -> ErrorCode? {
        let (user, source) = (credentials.user, SourceNetwork(client.remote.ip))
        guard let ledger = configuration.team?.ledger else {
            return ownCounts.objection(to: user, source, configuration.limits)
        }
        var code: ErrorCode?
        ledger.count { code = $0.objection(to: user, source, configuration.limits) }
        return code
    }

    /// Counts one more, unless something stands against it.
    mutating func countOneMore(of credentials: Credentials, at client: Path) -> ErrorCode? {
        let (user, source, limits) = (credentials.user, SourceNetwork(client.remote.ip), configuration.limits)
        var code: ErrorCode?
        count { counts in
            code = counts.objection(to: user, source, limits)
            if code == nil { counts.add(user, source) }
        }
        return code
    }

    func noteRelays(of allocation: Allocation, areOpen isOpen: Bool) {
        guard let ledger = configuration.team?.ledger else { return }
        ledger.note(allocation.relay.relayed, isOpen: isOpen)
        if let additional = allocation.additional { ledger.note(additional.relayed, isOpen: isOpen) }
    }

    /// Where the kernel takes a payload for a live relayed address of another server of the team; nil if it is none.
    func bound(ofTeamRelay relayed: TransportAddress) -> TransportAddress? {
        guard let team = configuration.team, isOfOthers(relayed.port),
            let relay = configuration.relays.first(where: { $0.advertised == relayed.ip }), team.ledger.isOpen(relayed)
        else { return nil }
        return TransportAddress(ip: relay.bound, port: relayed.port)
    }

    /// A peer as clients know it: one that is a relayed address of the team sends from where that is bound.
    func advertised(_ peer: TransportAddress) -> TransportAddress {
        guard configuration.team != nil, isOfOthers(peer.port),
            let relay = configuration.relays.first(where: { $0.bound == peer.ip && $0.advertised != peer.ip })
        else { return peer }
        return TransportAddress(ip: relay.advertised, port: peer.port)
    }

    private func isOfOthers(_ port: UInt16) -> Bool {
        configuration.relayPorts.contains(port) && !relayPorts.range.contains(port)
    }
}

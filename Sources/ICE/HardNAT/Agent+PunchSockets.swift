import STUN
import WireFormat

/// The many sockets.
extension Agent {
    /// Sockets that more than one check came through in one session: each is another path through the same NAT.
    private static var takenLimit: Int { 8 }

    /// The sockets that `Event.punchSocketsWanted` asked for, as far as the driver could open them; none if it could
    /// not. Those not needed any more are released at once.
    public mutating func addPunchSockets(_ addresses: [TransportAddress], at now: Instant) {
        let wanted: Int
        switch (traversal.phase, traversal.plan) {
        case (.scouting, _): wanted = traversal.scouted.count + addresses.count
        case (.preparing, .open(let count)?), (.preparing, .meet(let count)?): wanted = count
        default: wanted = 0
        }
        let taken = wanted > 0 && traversal.sockets.isEmpty ? addresses.prefix(wanted) : []
        if taken.count < addresses.count {
            emit(.punchSocketsReleased(Array(addresses.dropFirst(taken.count))))
        }
        guard !taken.isEmpty else { return }
        traversal.sockets = taken.map { PunchSocket(address: $0) }
        switch traversal.phase {
        case .scouting: scout(taken.count, at: now)
        case .preparing(let attempt, _):
            if traversal.mine?.isPredictable == true { scout(1, at: now) } else { arm(attempt, at: now) }
        default: break
        }
    }

    /// Lets the first sockets ask a server for their ports.
    private mutating func scout(_ count: Int, at now: Instant) {
        traversal.scouted = Array(repeating: nil, count: count)
        for socket in traversal.sockets.prefix(count) {
            guard let server = scoutServer(for: socket.address.ip) else { return }
            let path = Path(transport: .udp, local: socket.address, remote: server.address)
            let transaction = TransactionIdentifier(random: &random)
            let probe = BindingProbe(socket: 0, server: server, path: path, isScout: true)
            guard probes.start(transaction, probe, policy: Self.serverPolicy, at: now) else { return }
            requests.append(transaction)
        }
    }

    /// STUN servers, and TURN servers, which answer the same requests (RFC 8656 section 3).
    private func scoutServer(for ip: IPAddress) -> Server? {
        servers.first { server in
            server.transport == .udp && server.address.ip.isIPv4 == ip.isIPv4
                && (!ip.isLoopback || server.address.ip.isLoopback)
        }
    }

    /// Gives back all of the many sockets but those that have become sockets like any other.
    mutating func releasePunchSockets() {
        let addresses = traversal.sockets.filter { !$0.isTaken }.map(\.address)
        traversal.sockets = []
        traversal.scouted = []
        guard !addresses.isEmpty else { return }
        probes.removeAll { $0.content.isScout }
        emit(.punchSocketsReleased(addresses))
    }

    /// Gives back those that were of use once and have no valid pair any more.
    mutating func releaseSpentPunchSockets(at now: Instant) {
        let spent = sockets.filter { socket in
            socket.isPunched && !pairs.contains { $0.base == .socket(socket.identifier) && $0.isValid }
        }
        guard !spent.isEmpty else { return }
        for socket in spent { removeSocket(socket.address, at: now) }
        emit(.punchSocketsReleased(spent.map(\.address)))
    }

    /// A STUN message at one of the many sockets: an answer of a server, or the other side's check, for which the
    /// socket becomes one like any other.
    mutating func receiveAtPunchSocket(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        guard path.transport == .udp, let index = traversal.index(of: path.local) else { throw .unknownSocket }
        let message: Message
        do { message = try Message(datagram) } catch { throw .malformed }
        guard message.fingerprint != .invalid else { throw .malformed }
        guard message.messageClass == .request else {
            guard try receiveBindingResponse(message, on: path, at: now) else { throw .unexpected }
            return
        }
        _ = try authenticate(message)
        let origin = Origin(base: .socket(try take(index)), path: path, remote: path.remote)
        pauseSending(at: now)
        try receiveRequest(message, from: origin, at: now)
    }

    private mutating func take(_ index: Int) throws(Failure) -> UInt16 {
        guard sockets.count(where: \.isPunched) < Self.takenLimit else { throw .limit }
        traversal.sockets[index].isTaken = true
        let socket = LocalSocket(
            identifier: takeBaseIdentifier(), address: traversal.sockets[index].address, transport: .udp,
            isPunched: true)
        sockets.append(socket)
        return socket.identifier
    }
}

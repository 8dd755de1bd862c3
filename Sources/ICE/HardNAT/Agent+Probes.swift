import STUN
import WireFormat

/// Checks that belong to no pair, and the answers to them. What is kept of them is a position in a list: the transaction
/// identifier is made from the port, so that an answer tells by itself which probe it belongs to.
extension Agent {
    /// Writes the next packet that is due.
    mutating func writePunch(into packet: inout OutputSpan<UInt8>) -> Path? {
        while traversal.hasOutput {
            let position = traversal.position
            traversal.position += 1
            guard position <= Int(UInt16.max), let (path, mark) = punchPath(at: position) else {
                // Ports that no NAT gives out count as sent: the list ends where it ends.
                traversal.sent += 1
                continue
            }
            traversal.sent += 1
            let transaction = TransactionIdentifier(high: traversal.nonce.high, low: traversal.nonce.low ^ mark)
            if writePunch(transaction, into: &packet) { return path }
        }
        return nil
    }

    /// The way of the packet at a position, and what tells its transaction from others.
    private func punchPath(at position: Int) -> (path: Path, mark: UInt64)? {
        guard let theirs = traversal.theirs, let plan = traversal.plan else { return nil }
        var target = theirs.address
        if case .probe = plan {
            guard let port = traversal.ports.port(at: position), let socket = socket(traversal.socket) else {
                return nil
            }
            target.port = port
            return (Path(transport: .udp, local: socket.address, remote: target), UInt64(port))
        }
        guard !traversal.sockets.isEmpty else { return nil }
        let index = position % traversal.sockets.count
        if case .meet = plan {
            guard let ready = traversal.peerReady,
                let port = MeetingPorts(last: ready.port, step: theirs.step, role: role).port(ofSocket: index)
            else { return nil }
            target.port = port
        }
        let socket = traversal.sockets[index]
        guard !socket.isTaken else { return nil }
        return (Path(transport: .udp, local: socket.address, remote: target), 1 << 32 | UInt64(position))
    }

    /// A check (RFC 8445 section 7.2.2) that nominates nothing.
    private func writePunch(_ transaction: TransactionIdentifier, into packet: inout OutputSpan<UInt8>) -> Bool {
        guard let remote = current.remote else { return false }
        var message = MessageBuilder(.request, .binding, transaction: transaction, into: &packet)
        message.add(.username, remote.username.span, to: &packet)
        message.add(.priority, Self.punchPriority, to: &packet)
        message.add(role == .controlling ? .iceControlling : .iceControlled, tieBreaker, to: &packet)
        message.addIntegrity(remote.key, to: &packet)
        message.addFingerprint(to: &packet)
        return message.finish(&packet)
    }

    private static var punchPriority: UInt32 {
        CandidatePriority.candidate(.peerReflexive, localPreference: CandidatePriority.socketPreference)
    }

    /// An answer to a probe: the port is found. It becomes a pair, whose own check follows at once.
    ///
    /// - Returns: false if the message answers no probe.
    mutating func receiveProbeResponse(
        _ message: borrowing Message, from origin: Origin, at now: Instant
    ) throws(Failure) -> Bool {
        guard case .probe = traversal.plan, let theirs = traversal.theirs, message.method == .binding,
            message.transaction.high == traversal.nonce.high,
            message.transaction.low ^ traversal.nonce.low == UInt64(origin.remote.port)
        else { return false }
        guard origin.base == .socket(traversal.socket), origin.remote.ip == theirs.address.ip,
            let remote = current.remote
        else { throw .unexpected }
        guard message.isAuthentic(remote.key) else { throw .unauthenticated }
        pauseSending(at: now)
        if let known = index(base: origin.base, remote: origin.remote, generation: current.number) {
            trigger(known, at: now)
            return true
        }
        guard let candidate = learnRemote(priority: Self.punchPriority, from: origin, at: now),
            let pair = formPair(of: origin.base, and: candidate, at: now)
        else { throw .limit }
        trigger(pair, at: now)
        return true
    }
}

import WireFormat

/// TCP and TLS, as far as a datagram machine's driver sees them: a connection is opened through NATs and firewalls with
/// real SYNs (simultaneous open included), then pieces arrive whole and in order.
///
/// Links resend what they lose and queue instead of dropping, as TCP does. What a NAT, a firewall or a link that is
/// down drops breaks the connection: the sender is told after `breakDelay`.
extension SimulatedNetwork {
    /// RFC 6298 section 2: the first retransmission timeout is one second, then it doubles.
    private static let openTimeout: Int64 = 1_000_000_000
    private static let openAttempts: UInt32 = 4
    /// How long a broken connection goes unnoticed by its sender.
    private static let breakDelay: Int64 = 3_000_000_000
    /// Packets that may wait for a connection to open.
    private static let waitingLimit = 256

    /// Lets a host take TCP and TLS connections to a port. Others are refused, unless both sides open at once.
    public mutating func listen(on port: UInt16, of host: HostIdentifier) {
        hosts[host.index].listeningPorts.append(port)
    }

    /// Sends a piece of a stream, or keeps it until the connection is open. An empty piece only opens it.
    mutating func transmitStream(_ slot: Int, from host: Int, _ attachment: Int, over path: Path) {
        let source = pool[slot].source
        let exact = Path(transport: path.transport, local: source, remote: path.remote)
        if pool[slot].count == 0 { return requestStream(slot, host, exact) }
        guard let index = hosts[host].streams[Self.key(exact)] else {
            let index = addStream(host, exact, .opening(attempt: 1))
            streams[index].waiting = [slot]
            sendOpen(index)
            return
        }
        switch streams[index].phase {
        case .open: emitStream(slot, index, attachment)
        case .opening, .securing:
            if streams[index].waiting.count < Self.waitingLimit {
                streams[index].waiting.append(slot)
            } else {
                drop(slot, .queueFull)
            }
        case .closed: drop(slot, .streamClosed)
        }
    }

    private mutating func requestStream(_ slot: Int, _ host: Int, _ path: Path) {
        pool.release(slot)
        guard hosts[host].streams[Self.key(path)] == nil else { return }
        let index = addStream(host, path, .opening(attempt: 1))
        streams[index].isAwaited = true
        sendOpen(index)
    }

    /// What the endpoint is told of a stream that is open.
    func opening(_ index: Int) -> Occurrence? {
        let stream = streams[index]
        guard hosts[stream.host].isAlive, stream.phase == .open else { return nil }
        return .streamOpening(host: stream.host, stream.path)
    }

    /// Takes a packet of a stream at its receiver; true if it carries data for the endpoint.
    mutating func receiveStream(_ slot: Int, at host: Int) -> Bool {
        let path = path(of: slot)
        let known = hosts[host].streams[Self.key(path)]
        switch pool[slot].segment {
        case .open: receiveOpen(path, host, known)
        case .openReply:
            if let known { becomeOpen(known) } else { sendSegment(.reset, host, path) }
        case .reset: if let known { fail(known) }
        case .data:
            if let known {
                becomeOpen(known)
                return true
            }
            sendSegment(.reset, host, path)
        }
        pool.release(slot)
        return false
    }

    private mutating func receiveOpen(_ path: Path, _ host: Int, _ known: Int?) {
        if let known {
            // Simultaneous open, or a SYN sent again.
            becomeOpen(known)
        } else {
            guard hosts[host].listeningPorts.contains(path.local.port) else { return sendSegment(.reset, host, path) }
            _ = addStream(host, path, .open)
        }
        sendSegment(.openReply, host, path)
    }

    private mutating func becomeOpen(_ index: Int) {
        guard case .opening = streams[index].phase else { return }
        guard streams[index].path.transport == .tls else { return finishOpening(index) }
        // RFC 8446 section 2: TLS 1.3 takes one round trip before the client's data.
        streams[index].phase = .securing
        let roundTrip = now.nanoseconds - streams[index].startedAt
        queue.push(.streamTimer, at: now.nanoseconds + roundTrip, index: index)
    }

    private mutating func finishOpening(_ index: Int) {
        streams[index].phase = .open
        if streams[index].isAwaited { queue.push(.streamOpening, at: now.nanoseconds, index: index) }
        let waiting = streams[index].waiting
        streams[index].waiting = []
        for slot in waiting {
            guard let (attachment, _) = interface(of: streams[index].host, for: streams[index].path) else {
                drop(slot, .noSuchInterface)
                continue
            }
            emitStream(slot, index, attachment)
        }
    }

    private mutating func emitStream(_ slot: Int, _ index: Int, _ attachment: Int) {
        pool[slot].stream = Int32(truncatingIfNeeded: index)
        emit(slot, over: attachment)
    }

    /// A SYN was not answered in time, TLS is ready, or a broken connection is noticed.
    mutating func streamTimer(_ index: Int, attempt: UInt32) {
        switch streams[index].phase {
        case .opening(let current) where current == attempt:
            guard attempt < Self.openAttempts else { return fail(index) }
            streams[index].phase = .opening(attempt: attempt + 1)
            sendOpen(index)
        case .securing: finishOpening(index)
        case .open where attempt == .max: fail(index)
        case .opening, .open, .closed: break
        }
    }

    /// Notes that a packet of a stream was dropped on its way.
    mutating func noteLoss(of packet: Packet) {
        guard packet.stream >= 0 else { return }
        let at = now.nanoseconds + Self.breakDelay
        queue.push(.streamTimer, at: at, index: Int(packet.stream), generation: .max)
    }

    /// What the endpoint is told of a stream that ended.
    func failure(_ index: Int) -> Occurrence? {
        let stream = streams[index]
        return hosts[stream.host].isAlive ? .streamFailure(host: stream.host, stream.path) : nil
    }

    private mutating func fail(_ index: Int) {
        guard streams[index].phase != .closed else { return }
        streams[index].phase = .closed
        hosts[streams[index].host].streams[Self.key(streams[index].path)] = nil
        for slot in streams[index].waiting { drop(slot, .streamClosed) }
        streams[index].waiting = []
        queue.push(.streamFailure, at: now.nanoseconds, index: index)
    }

    /// A host has no connections any more. Who was at their other ends hears of it now, or when it next sends.
    mutating func forgetStreams(of host: Int, tellsOthers: Bool) {
        for index in streams.indices where streams[index].host == host && streams[index].phase != .closed {
            if tellsOthers { sendSegment(.reset, host, streams[index].path) }
            streams[index].phase = .closed
            hosts[host].streams[Self.key(streams[index].path)] = nil
            for slot in streams[index].waiting { drop(slot, .streamClosed) }
            streams[index].waiting = []
        }
    }

    private mutating func addStream(_ host: Int, _ path: Path, _ phase: Stream.Phase) -> Int {
        streams.append(Stream(host: host, path: path, phase: phase, startedAt: now.nanoseconds))
        hosts[host].streams[Self.key(path)] = streams.count - 1
        return streams.count - 1
    }

    private mutating func sendOpen(_ index: Int) {
        guard case .opening(let attempt) = streams[index].phase else { return }
        streams[index].startedAt = now.nanoseconds
        sendSegment(.open, streams[index].host, streams[index].path)
        let timeout = Self.openTimeout << Int64(attempt - 1)
        queue.push(.streamTimer, at: now.nanoseconds + timeout, index: index, generation: attempt)
    }

    private mutating func sendSegment(_ segment: Segment, _ host: Int, _ path: Path) {
        guard hosts[host].isAlive, let (attachment, _) = interface(of: host, for: path) else { return }
        let slot = pool.allocate()
        pool[slot] = Packet(
            transport: path.transport, segment: segment, ecn: .notCapable, hops: 0, count: 0, source: path.local,
            destination: path.remote, attachment: 0, origin: Int32(truncatingIfNeeded: host), stream: -1)
        emit(slot, over: attachment)
    }

    private static func key(_ path: Path) -> FlowKey {
        FlowKey(path.transport, inside: path.local, outside: path.remote, granularity: .addressAndPort)
    }
}

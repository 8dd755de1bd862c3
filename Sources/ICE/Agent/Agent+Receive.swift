import STUN
import TURN
import WireFormat

/// What arrives.
extension Agent {
    /// Takes a datagram from one of the sockets.
    ///
    /// - Throws: `Failure` for what was dropped; nothing has changed then.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Reception {
        switch DatagramKind(datagram) {
        case .record: return try receiveRecord(0..<datagram.count, on: path)
        case .channelData: return try receiveFromRelay(datagram, on: path, at: now)
        case .stun where !isBinding(datagram): return try receiveFromRelay(datagram, on: path, at: now)
        case .stun: return try receiveBinding(datagram, on: path, at: now)
        case .other: throw datagram.count == 0 ? .empty : .malformed
        }
    }

    /// Whether the method of a STUN message is Binding, the only one that peers use.
    private func isBinding(_ datagram: Span<UInt8>) -> Bool {
        guard datagram.count >= 2 else { return false }
        return (UInt16(datagram[0]) << 8 | UInt16(datagram[1])) & ~0x0110 == 0x0001
    }

    private mutating func receiveRecord(_ range: Range<Int>, on path: Path) throws(Failure) -> Reception {
        // Packets come in runs from one sender.
        if lastReceived < pairs.count, pairs[lastReceived].path == path, !pairs[lastReceived].base.isRelay {
            pairs[lastReceived].silentAt = .distantFuture
            return .payload(range, pair: pairs[lastReceived].identifier)
        }
        guard let index = pairs.lastIndex(where: { $0.path == path && !$0.base.isRelay }) else {
            throw socketIndex(path.local, path.transport) == nil ? .unknownSocket : .unknownSender
        }
        lastReceived = index
        heard(index)
        return .payload(range, pair: pairs[index].identifier)
    }

    /// ChannelData, and STUN messages that only servers send.
    private mutating func receiveFromRelay(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Reception {
        var failure = Failure.unexpected
        for index in relays.indices where relays[index].path == path {
            switch receive(datagram, on: path, byRelay: index, at: now) {
            case .failure(let error): failure = error
            case .success(.consumed):
                serverHeardAt = now
                drainRelays(at: now)
                finishGatheringIfDone()
                return .consumed
            case .success(.payload(let range, let peer)):
                return try receiveRelayed(datagram, range, peer, relays[index].identifier, path, at: now)
            }
        }
        throw failure
    }

    /// Hands a datagram to a relay's client, then to its challenger.
    private mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, byRelay index: Int, at now: Instant
    ) -> Result<TURN.Client.Reception, Failure> {
        do {
            return .success(try relays[index].client.receive(datagram, on: path, at: now))
        } catch {
            guard var challenger = relays[index].challenger else { return .failure(Failure(error)) }
            defer { relays[index].challenger = challenger }
            do {
                return .success(try challenger.receive(datagram, on: path, at: now))
            } catch {
                return .failure(Failure(error))
            }
        }
    }

    /// What a peer sent to an allocation of ours.
    private mutating func receiveRelayed(
        _ datagram: Span<UInt8>, _ range: Range<Int>, _ peer: TransportAddress, _ relay: UInt16, _ path: Path,
        at now: Instant
    ) throws(Failure) -> Reception {
        let payload = datagram.extracting(range)
        switch DatagramKind(payload) {
        case .record:
            guard let index = index(base: .relay(relay), remote: peer) else { throw .unknownSender }
            heard(index)
            return .payload(range, pair: pairs[index].identifier)
        case .stun:
            try receiveMessage(payload, from: Origin(base: .relay(relay), path: path, remote: peer), at: now)
            return .consumed
        case .channelData, .other: throw .malformed
        }
    }

    private mutating func receiveBinding(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Reception {
        guard let index = socketIndex(path.local, path.transport) else {
            try receiveAtPunchSocket(datagram, on: path, at: now)
            return .consumed
        }
        let origin = Origin(base: .socket(sockets[index].identifier), path: path, remote: path.remote)
        try receiveMessage(datagram, from: origin, at: now)
        return .consumed
    }

    private mutating func receiveMessage(
        _ datagram: Span<UInt8>, from origin: Origin, at now: Instant
    ) throws(Failure) {
        let message: Message
        do { message = try Message(datagram) } catch { throw .malformed }
        guard message.fingerprint != .invalid else { throw .malformed }
        switch message.messageClass {
        case .request: try receiveRequest(message, from: origin, at: now)
        // A keepalive (RFC 8445 section 11): nothing to do, and nothing that could be authenticated.
        case .indication: guard message.method == .binding else { throw .unexpected }
        case .successResponse, .errorResponse:
            if try receiveCheckResponse(message, from: origin, at: now) { return }
            if try receiveProbeResponse(message, from: origin, at: now) { return }
            if !origin.base.isRelay, try receiveBindingResponse(message, on: origin.path, at: now) {
                finishGatheringIfDone()
                return
            }
            throw .unexpected
        }
    }
}

extension Agent.Failure {
    init(_ failure: TURN.Client.Failure) {
        self =
            switch failure {
            case .malformed: .malformed
            case .wrongPath, .unexpected: .unexpected
            case .notAuthentic: .unauthenticated
            case .unknownPeer: .unknownSender
            }
    }
}

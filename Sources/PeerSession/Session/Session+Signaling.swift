import ICE
import SecureChannel
import Transport
import WireFormat

/// What signaling brings, and what the handshake leads to.
extension Session {
    /// Takes a further blob of the peer.
    public mutating func receiveSignal(_ blob: Span<UInt8>, at now: Instant) {
        switch SignalingBlob(decoding: blob) {
        case .sealed(let bytes): receiveSealed(bytes.span, at: now)
        case .confirmation(let message): receiveConfirmation(message.span, at: now)
        case nil: drop()
        }
        process(at: now)
    }

    /// The servers to gather candidates from, from now on: at the start, and after the signaling server was away.
    ///
    /// - Parameter roundTrip: to them, as signaling measured it: how long to wait for their answer over UDP.
    public mutating func setServers(_ servers: [Agent.Server], roundTrip: Interval? = nil, at now: Instant) {
        agent.setServers(servers, at: now)
        startStreams(servers, roundTrip: roundTrip, at: now)
        process(at: now)
    }

    /// Both have met at the server again, which names these servers from now on. What either said on the way there may be
    /// lost, with the connection that was; it is all said again, and whoever has heard it loses nothing.
    mutating func signalingRestored(_ servers: [Agent.Server], roundTrip: Interval?, at now: Instant) {
        if !isProven, let confirmation { events.append(.signal(SignalingBlob.confirmation(confirmation).encoded)) }
        drainAgent(at: now)
        untoldCandidates = agent.candidates
        setServers(servers, roundTrip: roundTrip, at: now)
    }

    /// A local address to use: a bound UDP socket, or an open connection to a TURN server.
    ///
    /// - Parameter server: the other end of such a connection.
    public mutating func addSocket(
        _ address: TransportAddress, transport: TransportProtocol = .udp, server: TransportAddress? = nil,
        at now: Instant
    ) {
        if transport == .udp {
            agent.addSocket(address, at: now)
            sockets.append(address)
        } else {
            addStream(RelayStream(local: address, transport: transport, server: server), at: now)
        }
        if !isWaiting { startMapping(at: now) }
        process(at: now)
    }

    /// A local address that is gone.
    public mutating func removeSocket(
        _ address: TransportAddress, transport: TransportProtocol = .udp, at now: Instant
    ) {
        if transport == .udp {
            agent.removeSocket(address, at: now)
            sockets.removeAll { $0 == address }
            mappings.removeAll { $0.socket == address }
            // Sockets that came before it went may have found no place.
            if !isWaiting { startMapping(at: now) }
            if !sockets.contains(where: { $0.ip == address.ip }) { removeStreams(at: address.ip, at: now) }
        } else {
            removeStream(address, transport, at: now)
        }
        process(at: now)
    }

    /// The sockets that `punchSocketsWanted` asked for, as far as they could be opened.
    public mutating func addPunchSockets(_ addresses: [TransportAddress], at now: Instant) {
        agent.addPunchSockets(addresses, at: now)
        process(at: now)
    }

    /// Takes the third message of a code's handshake, from a check or from signaling; both bring the same.
    mutating func receiveConfirmation(_ message: Span<UInt8>, at now: Instant) {
        guard case .answered(var handshake) = phase else { return }
        guard let payload = try? handshake.readMessage(message),
            let description = SessionDescription(decoding: payload.span)
        else { return drop() }
        do { try establish(handshake, at: now) } catch { return drop() }
        tellPolicy()
        adopt(description, at: now)
    }

    /// Where the answer came from, on the path alone: the host may not know that address of its own, behind a router that
    /// forwards a port.
    mutating func addRemoteAddress(_ address: TransportAddress, at now: Instant) {
        agent.addRemoteCandidate(
            Candidate(
                kind: .serverReflexive, address: address,
                priority: CandidatePriority.candidate(
                    .serverReflexive, localPreference: CandidatePriority.socketPreference),
                foundation: 0xFFFF_FFFF), at: now)
    }

    private mutating func receiveSealed(_ sealed: Span<UInt8>, at now: Instant) {
        guard let bytes = try? box?.open(sealed) else { return drop() }
        guard bytes.first == SignalingBlob.farewell else { return receiveCandidates(bytes.span, at: now) }
        guard isEstablished else { return drop() }
        let reason = CloseReason(code: 0, text: String(decoding: bytes.dropFirst(), as: UTF8.self))
        finish(.closedByPeer(reason.text))
    }

    /// Tells the peer of the end through signaling as well: a path may fail just now, and whoever misses the farewell waits
    /// for a long time for one that has left.
    mutating func signalFarewell(_ reason: CloseReason) {
        guard way == .signaling, isEstablished else { return }
        let bytes = [SignalingBlob.farewell] + Array(reason.text.utf8)
        if let sealed = try? box?.seal(bytes.span) { events.append(.signal(SignalingBlob.sealed(sealed).encoded)) }
    }

    mutating func receiveCandidates(_ bytes: Span<UInt8>, at now: Instant) {
        var reader = ByteReader(bytes)
        guard let candidates = SessionDescription.readCandidates(from: &reader) else { return drop() }
        for candidate in candidates { agent.addRemoteCandidate(candidate, at: now) }
    }

    /// The secret name of a session, which both sides know after the second message.
    static func meeting(after handshake: Handshake) throws(HandshakeFailure) -> [UInt8] {
        try handshake.export(label: "beeline meeting", count: 16)
    }

    /// The keys are there: records can flow.
    mutating func establish(_ handshake: Handshake, at now: Instant) throws(HandshakeFailure) {
        records = try handshake.recordLayer()
        if box == nil { box = try SealedBox(handshake) }
        let meeting = try Self.meeting(after: handshake)
        self.meeting = meeting
        phase = .established
        peerKey = handshake.peerKey
        deadlines[.handshake] = nil
        deadlines[.reconnect] = now + configuration.reconnectPatience
        events.append(.authenticated(meeting: meeting))
    }

    mutating func adopt(_ description: SessionDescription, at now: Instant) {
        agent.setRemoteCredentials(description.credentials, at: now)
        for candidate in description.candidates { agent.addRemoteCandidate(candidate, at: now) }
    }

    /// Our credentials and the candidates not told yet, which with this are.
    mutating func takeDescription() -> SessionDescription {
        drainCandidates()
        defer { untoldCandidates.removeAll() }
        return SessionDescription(
            credentials: agent.localCredentials,
            candidates: Array(untoldCandidates.prefix(SessionDescription.maximumCandidates)))
    }

    /// The same with as many candidates as fit; the others are told over the path.
    mutating func takeDescription(of maximumBytes: Int) -> SessionDescription {
        drainCandidates()
        var description = SessionDescription(credentials: agent.localCredentials, candidates: [])
        let room = max(maximumBytes - description.encoded.count, 0) / Candidate.maximumWireSize
        let count = min(untoldCandidates.count, room, SessionDescription.maximumCandidates)
        description.candidates = Array(untoldCandidates.prefix(count))
        untoldCandidates.removeFirst(count)
        return description
    }

    /// Tells the peer of new candidates: through signaling, and over the path if there is one.
    mutating func tellCandidates() {
        guard !untoldCandidates.isEmpty, box != nil else { return }
        // There is nobody to carry them before there is a path.
        if way == .pathAlone, figures.setup == nil { return }
        let bytes = SessionDescription.encode(untoldCandidates.prefix(SessionDescription.maximumCandidates))
        untoldCandidates.removeAll(keepingCapacity: true)
        if let sealed = try? box?.seal(bytes.span) {
            events.append(.signal(SignalingBlob.sealed(sealed).encoded))
        }
        if figures.setup != nil { sendControl(.candidates(bytes)) }
    }
}

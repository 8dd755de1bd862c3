import Rendezvous
import ScreenCodec
import SecureChannel
import WireFormat

/// Signaling.
extension HostPeer {
    /// What may go to the server along with the request for the connection, before it is open.
    public var firstSignalingMessage: [UInt8]? { rendezvous?.firstMessage }

    /// The driver has opened the connection that `connectSignaling` asked for.
    ///
    /// - Parameter isFirstMessageTaken: the server has got `firstSignalingMessage`.
    public mutating func signalingOpened(
        serverAddress: IPAddress?, isFirstMessageTaken: Bool = false, at now: Instant
    ) {
        if let serverAddress { directory.signalingAddress = serverAddress }
        rendezvous?.transportOpened(isFirstMessageTaken: isFirstMessageTaken, at: now)
        process(at: now)
    }

    /// The connection could not be opened, or is lost.
    ///
    /// - Parameter isUnknown: the server says that there is nothing at this path.
    public mutating func signalingClosed(isUnknown: Bool = false, at now: Instant) {
        rendezvous?.transportClosed(isUnknown: isUnknown, at: now)
        process(at: now)
    }

    public mutating func receiveMessage(_ message: Span<UInt8>, at now: Instant) {
        try? rendezvous?.receive(message, at: now)
        process(at: now)
    }

    /// Writes the next signaling message.
    ///
    /// - Returns: false if there is none.
    public mutating func pollMessage(into message: inout OutputSpan<UInt8>, at now: Instant) -> Bool {
        rendezvous?.pollTransmit(into: &message, at: now) ?? false
    }

    /// Asks for the addresses that are needed and not known.
    mutating func resolveUnknown(in servers: [TraversalServer]) {
        for unknown in directory.unknownNames(in: servers) { events.append(.resolve(unknown)) }
    }

    /// The addresses of a name that `resolve` asked for.
    public mutating func resolved(_ name: String, _ addresses: [IPAddress], at now: Instant) {
        directory.learn(name, addresses)
        renewStandbyServers(at: now)
        if let servers = active?.servers {
            active?.session.setServers(
                directory.servers(for: servers), roundTrip: rendezvous?.roundTrip, at: now)
        }
        for index in negotiations.indices {
            let servers = directory.servers(for: negotiations[index].servers)
            negotiations[index].session.setServers(servers, roundTrip: rendezvous?.roundTrip, at: now)
        }
        process(at: now)
    }

    /// Stops waiting and ends the session.
    public mutating func close(text: String = "", at now: Instant) {
        active?.session.close(text: text, at: now)
        retireNegotiations(.finished, text: text, at: now)
        process(at: now)
        endStandby(at: now)
        if active == nil {
            isClosed = true
            if rendezvous == nil { events.append(.finished(.finished)) }
            rendezvous?.finish(.finished)
        }
        process(at: now)
    }

    mutating func drainRendezvous(at now: Instant) {
        while let event = rendezvous?.pollEvent() {
            switch event {
            case .connect(let path): events.append(.connectSignaling(path: path))
            case .disconnect(let reason): events.append(.disconnectSignaling(reason))
            case .challenge(let bytes): prove(bytes)
            case .hosting(let venue): announce(venue)
            case .standby(let servers): standBy(servers, at: now)
            case .incoming(let name, let offer, let servers, let permit):
                begin(name, offer, servers, permit?.terms, at: now)
            case .trickled(let name, let blob):
                withHosted(name) { $0.session.receiveSignal(blob.span, at: now) }
            case .met(let name, let servers):
                events.append(.signalingRestored)
                use(servers, for: name, at: now)
            case .detached: events.append(.signalingLost)
            case .refused(_, let reason): events.append(.signalingRefused(reason))
            case .ended(let name, _): abandon(name, at: now)
            case .finished(let reason): signalingFinished(reason, at: now)
            case .roomClosed(let reason): lostRoom(reason, at: now)
            case .delayed(_, let reason): events.append(.signalingDelayed(reason))
            case .welcome, .joined, .answered, .identityWanted, .termsOffered: break
            }
        }
    }

    /// The server's word ends no session that goes on without it, nor a host that viewers reach without it.
    private mutating func signalingFinished(_ reason: Reason, at now: Instant) {
        guard !isClosed else { return events.append(.finished(reason)) }
        rendezvous = nil
        endStandby(at: now)
        if active?.session.figures.setup != nil {
            if active?.introduction.isPath == false { events.append(.signalingEnded(reason)) }
            if entrance == nil { finishReason = reason }
        } else if entrance == nil {
            events.append(.finished(reason))
        }
    }

    /// A code that nobody came for in a day makes way for another; after a session there is another one anyway.
    private mutating func lostRoom(_ reason: Reason, at now: Instant) {
        guard case .codes = access, reason == .expired else { return events.append(.signalingRefused(reason)) }
        guard active == nil else { return }
        events.append(.codeExpired)
        renewRoom(reason, at: now)
    }

    private mutating func prove(_ bytes: [UInt8]) {
        guard let challenge = HostIdentityChallenge(bytes.span),
            let answer = HostIdentityProof.answer(challenge, keys: keys, server: serverName)
        else { return }
        try? rendezvous?.prove(answer)
    }

    private mutating func announce(_ venue: Venue) {
        isStandbyCurrent = false
        switch venue {
        case .room(let room):
            // Back at the server in mid-session: the room is only held, and the next code comes when it is over.
            if active != nil || code?.room == room.value { return }
            let fresh = ConnectionCode(room: room.value, random: &random)
            code = fresh
            failedOffers = []
            events.append(.code(fresh))
        case .host: events.append(.waiting(keys.publicKey))
        }
    }

    private mutating func use(_ servers: [TraversalServer], for name: SessionIdentifier, at now: Instant) {
        resolveUnknown(in: servers)
        let known = directory.servers(for: servers)
        let roundTrip = rendezvous?.roundTrip
        withHosted(name) { hosted in
            hosted.servers = servers
            hosted.session.signalingRestored(known, roundTrip: roundTrip, at: now)
        }
    }

    /// The viewer's signaling is over. What has not proven itself by now will not.
    private mutating func abandon(_ name: SessionIdentifier, at now: Instant) {
        guard let index = negotiations.firstIndex(where: { $0.introduction.name == name }) else { return }
        negotiations[index].session.close(at: now)
    }

    private mutating func withHosted(_ name: SessionIdentifier, _ change: (inout HostedSession) -> Void) {
        if var hosted = active, hosted.introduction.name == name {
            active = nil
            change(&hosted)
            active = hosted
        } else if let index = negotiations.firstIndex(where: { $0.introduction.name == name }) {
            change(&negotiations[index])
        }
    }
}

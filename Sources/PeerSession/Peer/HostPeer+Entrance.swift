import Rendezvous
import ScreenCodec
import SecureChannel
import WireFormat

/// Viewers that nobody introduces: handshakes on the path alone, at sockets that stay open.
extension HostPeer {
    /// Takes viewers at this socket from now on; only an unattended host can, for codes need a server.
    public mutating func listen(at address: TransportAddress, at now: Instant) {
        guard isUnattended else { return }
        if entrance == nil {
            let listener = PathListener(host: keys.publicKey, random: random.fork(), at: now)
            entrance = PathEntrance(listener: listener, addresses: [])
        }
        guard entrance?.addresses.contains(address) == false else { return }
        entrance?.addresses.append(address)
        changePathSessions { hosted in
            guard hosted.sockets.addresses.allSatisfy({ $0.ip.isLoopback == address.ip.isLoopback }) else { return }
            hosted.sockets.addresses.append(address)
            hosted.session.addSocket(address, at: now)
        }
        process(at: now)
    }

    mutating func stopListening(at address: TransportAddress, at now: Instant) {
        entrance?.addresses.removeAll { $0 == address }
        changePathSessions { hosted in
            hosted.sockets.addresses.removeAll { $0 == address }
            hosted.session.removeSocket(address, at: now)
        }
        process(at: now)
    }

    /// What the entrance has done and dropped.
    public var pathCounters: PathCounters? { entrance?.listener.counters }

    mutating func receiveAtEntrance(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        guard let first = datagram.count > 0 ? datagram[0] : nil else { return }
        switch DatagramKind(firstByte: first) {
        case .handshake, .notice:
            entrance?.listener.isBusy = active != nil || !negotiations.isEmpty
            try? entrance?.listener.receive(datagram, on: path, at: now)
            while case .initiation(let initiation)? = entrance?.listener.pollEvent() { begin(initiation, at: now) }
        case .record:
            let identifier = ConnectionIdentifier(of: datagram, count: ConnectionIdentifier.maximumCount)
            changePathSessions { hosted in
                guard let identifier, hosted.session.recordIdentifier == identifier else { return }
                hosted.session.receive(datagram, on: path, ecn: ecn, at: now)
            }
        // Checks are for the one whose credentials they name; the others drop them.
        case nil: changePathSessions { $0.session.receive(datagram, on: path, at: now) }
        }
    }

    private mutating func changePathSessions(_ change: (inout HostedSession) -> Void) {
        if var hosted = active, hosted.introduction.isPath {
            active = nil
            change(&hosted)
            active = hosted
        }
        for index in negotiations.indices where negotiations[index].introduction.isPath {
            change(&negotiations[index])
        }
    }

    /// Answers an initiation: with a session, if its viewer may come, else with the reason, if the viewer is who it says.
    private mutating func begin(_ initiation: PathInitiation, at now: Instant) {
        guard case .authorizedKeys(let keys) = access else { return }
        let viewer = ViewerCredential.authorizedKeys(keys)
        let offer = Offer(
            version: initiation.version, pattern: .pinnedKey, nonce: initiation.identifier.bytes,
            message: initiation.message)
        guard
            let opened = try? OpenedOffer(
                offer, over: .pathAlone, for: viewer, keys: self.keys, random: &random)
        else { return drop(initiation) }
        do throws(SessionRefusal) {
            _ = try opened.description(letting: viewer)
            guard mayEverYield(to: opened.peerKey), makeRoom(at: now, inPlaceOf: \.introduction.isPath) else {
                return refuse(initiation, opened, .roomBusy)
            }
            try begin(initiation, opened, viewer, at: now)
        } catch {
            events.append(.refused(error))
            refuse(initiation, opened, .refused)
        }
    }

    private mutating func begin(
        _ initiation: PathInitiation, _ offer: OpenedOffer, _ viewer: ViewerCredential, at now: Instant
    ) throws(SessionRefusal) {
        guard let sockets = entrance?.sockets(for: initiation.path) else { return }
        var session = Session.standby(
            screen: screen, configuration: pathConfiguration, sockets: sockets.addresses, servers: [], random: &random,
            at: now)
        try session.answer(offer, from: viewer, screen: screen, servers: [], at: now)
        session.screen.isHeld = isScreenOld
        if active == nil, negotiations.isEmpty { events.append(.screenWanted) }
        negotiations.append(
            HostedSession(
                introduction: .path(initiation.identifier), offer: [], sockets: sockets, servers: [],
                session: session, beganAt: now))
    }

    private mutating func drop(_ initiation: PathInitiation) { entrance?.listener.drop(initiation.identifier) }

    private mutating func refuse(_ initiation: PathInitiation, _ offer: OpenedOffer, _ reason: Reason) {
        guard let answer = offer.refusal(reason) else { return drop(initiation) }
        entrance?.listener.answer(initiation.identifier, with: answer)
    }

    private var pathConfiguration: SessionConfiguration { configuration.onPathAlone }
}

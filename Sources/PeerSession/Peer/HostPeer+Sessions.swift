import Rendezvous
import ScreenCodec
import SecureChannel
import WireFormat

/// From an offer to a session, and to its end.
extension HostPeer {
    /// Answers an offer, if it may be answered.
    mutating func begin(
        _ name: SessionIdentifier, _ offer: [UInt8], _ servers: [TraversalServer], _ terms: SessionTerms?,
        at now: Instant
    ) {
        guard isOpen else { return refuse(name, .roomBusy) }
        guard let viewer = viewerCredential else { return refuse(name, .refused) }
        if negotiations.count == Self.maximumNegotiations {
            // Its viewer joins anew because no answer has come, and most likely waits for no other.
            retireNegotiations(.replaced, at: now) { $0.offer == offer && $0.session.peerKey == nil }
        }
        guard negotiations.count < Self.maximumNegotiations || negotiations.contains(where: \.session.isEstablished)
        else {
            return refuse(name, .roomBusy)
        }
        guard mayAnswer(offer) else { return refuse(name, .roomBusy) }
        resolveUnknown(in: servers)
        let held: SessionConfiguration
        do { held = try configuration.held(to: terms ?? SessionTerms(), isHost: true) } catch {
            events.append(.refused(error == .recordingRequired ? .recordingRequired : .pathForbidden))
            return refuse(name, error)
        }
        // Kept as it is if this viewer is not let in. What was gathered for any way is of no use for one alone.
        let prepared = held.policy == configuration.policy ? standby : nil
        guard var begun = prepared ?? makeStandby([], held, at: now) else { return refuse(name, .roomBusy) }
        begun.session.configuration = held
        do {
            try begun.session.answer(
                viewer, offer: offer.span, keys: keys, screen: screen, servers: directory.servers(for: servers),
                roundTrip: rendezvous?.roundTrip, random: &random, at: now)
            let key = begun.session.peerKey
            if !mayEverYield(to: key) || !makeRoom(for: key, at: now) {
                if prepared == nil { socketSets.append(begun.sockets) }
                return refuse(name, .roomBusy)
            }
            begun.session.screen.isHeld = isScreenOld
            if active == nil, negotiations.isEmpty { events.append(.screenWanted) }
            negotiations.append(
                HostedSession(
                    introduction: .server(name), offer: offer, sockets: begun.sockets, servers: servers,
                    session: begun.session, beganAt: now))
            if prepared == nil { endStandby(at: now) }
            standby = nil
            standbyServers = []
            if let terms, !terms.isEmpty { events.append(.terms(terms)) }
        } catch {
            if prepared == nil { socketSets.append(begun.sockets) }
            events.append(.refused(error))
            refuse(name, error == .badVersion ? .badVersion : .refused)
        }
    }

    /// One that has the same key is that machine before it was started again. One that is overdue makes room for whoever
    /// has shown a key.
    private mutating func makeRoom(for key: PublicKey?, at now: Instant) -> Bool {
        let patience = configuration.handshakeTimeout
        return makeRoom(at: now) { other in
            other.session.peerKey == key || key != nil && other.isOverdue(patience, at: now)
        }
    }

    /// Whether this guess at the code may be answered beside those that were wrong and those not known to be right.
    ///
    /// What a viewer sends again when the server is back is no other guess: its share of CPace was made with one code.
    private func mayAnswer(_ offer: [UInt8]) -> Bool {
        guard case .codes = access else { return true }
        let open = negotiations.filter { $0.session.peerKey == nil }.map(\.offer)
        return failedOffers.union(open).union([offer]).count <= Self.maximumTries
    }

    private var viewerCredential: ViewerCredential? {
        switch access {
        case .codes: code.map { .code($0) }
        case .authorizedKeys(let keys): .authorizedKeys(keys)
        }
    }

    /// Lets a session that is over send what it has: its close, and its relays' release. Whoever may have a path takes the
    /// host's word for its end alone, and one without a path the reason that the server passes on.
    private mutating func retire(_ hosted: HostedSession, _ reason: Reason, text: String = "", at now: Instant) {
        var hosted = hosted
        hosted.session.close(text: text, at: now)
        while hosted.session.mayHavePath, let event = hosted.session.pollEvent() {
            if case .signal(let blob) = event, let name = hosted.introduction.name {
                try? rendezvous?.trickle(name, blob)
            }
        }
        refuse(hosted.introduction, reason)
        leaving.append((hosted.sockets, hosted.session, until: now + Self.farewell))
    }

    /// What ends so was no try.
    mutating func retireNegotiations(
        _ reason: Reason, text: String = "", at now: Instant, where isMeant: (HostedSession) -> Bool = { _ in true }
    ) {
        let ended = negotiations.filter(isMeant)
        negotiations.removeAll(where: isMeant)
        for hosted in ended { retire(hosted, reason, text: text, at: now) }
    }

    private mutating func refuse(_ name: SessionIdentifier, _ reason: Reason) {
        try? rendezvous?.leave(name, reason)
    }

    private mutating func refuse(_ introduction: Introduction, _ reason: Reason) {
        switch introduction {
        case .server(let name): refuse(name, reason)
        case .path(let initiation): entrance?.listener.drop(initiation)
        }
    }

    mutating func process(at now: Instant) {
        drainRendezvous(at: now)
        drainNegotiations(at: now)
        drainActive(at: now)
        drainRendezvous(at: now)
        rendezvous?.setNeeded(active?.needsSignaling == true || negotiations.contains(where: \.needsSignaling), at: now)
        drainStandby(at: now)
    }

    private mutating func drainNegotiations(at now: Instant) {
        var index = 0
        while index < negotiations.count {
            drainNegotiation(index, at: now)
            if negotiations[index].session.end != nil {
                endNegotiation(at: index, at: now)
            } else if negotiations[index].session.isEstablished {
                if !settle(index, at: now) { index += 1 }
            } else {
                index += 1
            }
        }
    }

    /// Decides about a session whose handshake is done.
    ///
    /// - Returns: false if it stays among the negotiations for now.
    private mutating func settle(_ index: Int, at now: Instant) -> Bool {
        if negotiations[index].session.isProven, negotiations[index].provenAt == nil {
            negotiations[index].provenAt = now
        }
        switch precedence(of: negotiations[index], at: now) {
        case .free: promote(index, at: now)
        case .taken: turnAway(index, at: now)
        case .open: return false
        case .yielded:
            if active?.session.end == nil { active?.session.supersede(at: now) }
            return false
        }
        return true
    }

    private mutating func drainNegotiation(_ index: Int, at now: Instant) {
        let introduction = negotiations[index].introduction
        let sockets = negotiations[index].sockets.number
        var later: [SessionEvent] = []
        while let event = negotiations[index].session.pollEvent() {
            if !pass(event, of: introduction, sockets: sockets, at: now) { later.append(event) }
            // Before the viewer has proven itself: the server may be lost before there is a path.
            if case .answer = event { nameMeeting(of: negotiations[index], at: now) }
        }
        negotiations[index].events += later
    }

    private mutating func nameMeeting(of hosted: HostedSession, at now: Instant) {
        guard let meeting = hosted.session.meeting.flatMap(MeetingIdentifier.init), let name = hosted.introduction.name
        else { return }
        try? rendezvous?.setMeeting(meeting, for: name, at: now)
    }

    /// Passes on what goes through signaling, or out of the entrance.
    private mutating func pass(
        _ event: SessionEvent, of introduction: Introduction, sockets: Int, at now: Instant
    ) -> Bool {
        switch event {
        case .streamWanted(let server, let transport):
            events.append(.streamWanted(sockets: sockets, server, transport))
        case .punchSocketsWanted(let count, let ip):
            events.append(.punchSocketsWanted(sockets: sockets, count: count, at: ip))
        case .punchSocketsReleased(let addresses):
            events.append(.punchSocketsReleased(sockets: sockets, addresses))
            changeSession(with: sockets) { $0.sockets.addresses.removeAll(where: addresses.contains) }
        case .listenersWanted(let addresses): events.append(.listenersWanted(sockets: sockets, addresses))
        case .connectionWanted(let path, let target):
            events.append(.connectionWanted(sockets: sockets, path, to: target))
        case .connectionReleased(let path): events.append(.connectionReleased(path))
        case .answer(let blob):
            switch introduction {
            case .server(let name): try? rendezvous?.answer(name, blob)
            case .path(let initiation): entrance?.listener.answer(initiation, with: blob)
            }
        case .signal(let blob): if let name = introduction.name { try? rendezvous?.trickle(name, blob) }
        default: return false
        }
        return true
    }

    mutating func turnAway(_ index: Int, at now: Instant) {
        retire(negotiations.remove(at: index), .roomBusy, text: "the host is busy", at: now)
    }

    /// A viewer has proven itself: the session becomes the host's.
    private mutating func promote(_ index: Int, at now: Instant) {
        var hosted = negotiations.remove(at: index)
        failedOffers = []
        for event in hosted.events { events.append(.session(event)) }
        hosted.events = []
        active = hosted
        // They see nothing of what the screen shows from now on: should one of them take the place, it wants all of it.
        for other in negotiations.indices { negotiations[other].session.screen.isHeld = true }
        if hosted.session.screen.isHeld { events.append(.screenWanted) }
        if hosted.session.isProven { turnAwayPredecessors(of: hosted, at: now) }
    }

    /// What the same machine began before it was started again leads nowhere.
    private mutating func turnAwayPredecessors(of hosted: HostedSession, at now: Instant) {
        for index in negotiations.indices.reversed() {
            let other = negotiations[index]
            if hosted.follows(other), !other.session.isProven { turnAway(index, at: now) }
        }
    }

    /// Nobody has proven himself: with a code, that was a wrong try, unless the handshake has shown that the words were right.
    private mutating func endNegotiation(at index: Int, at now: Instant) {
        let ended = negotiations.remove(at: index)
        retire(ended, .refused, at: now)
        guard case .codes = access, code != nil, ended.session.peerKey == nil,
            failedOffers.insert(ended.offer).inserted
        else { return }
        events.append(.tryFailed(count: failedOffers.count))
        if failedOffers.count >= Self.maximumTries { burn(at: now) }
    }

    private mutating func burn(at now: Instant) {
        events.append(.codeBurned(tries: failedOffers.count))
        retireNegotiations(.codeBurned, text: "there were too many tries with wrong words", at: now)
        renewRoom(.codeBurned, at: now)
    }

    /// Leaves the room for another one, under another code. What was guessed of the last one counts no more.
    mutating func renewRoom(_ reason: Reason, at now: Instant) {
        retireNegotiations(reason, at: now) { $0.session.peerKey == nil }
        code = nil
        failedOffers = []
        endStandby(at: now)
        try? rendezvous?.renewRoom(reason, at: now)
    }

    private mutating func drainActive(at now: Instant) {
        guard let introduction = active?.introduction, let sockets = active?.sockets.number else { return }
        if active?.session.isProven == true { code = nil }
        while let event = active?.session.pollEvent() {
            if !pass(event, of: introduction, sockets: sockets, at: now) { events.append(.session(event)) }
        }
    }

    /// Reports the figures of the session that has ended, and waits for the next viewer.
    public mutating func conclude(_ report: SessionReport?, at now: Instant) {
        guard let ended = active, ended.session.end != nil else { return }
        if let report, configuration.isReporting, let name = ended.introduction.name {
            try? rendezvous?.report(report, for: name)
        }
        retire(ended, .finished, at: now)
        active = nil
        if case .codes = access { renewRoom(.finished, at: now) }
        if let reason = finishReason {
            finishReason = nil
            events.append(.finished(reason))
        }
        process(at: now)
    }

    /// Reports the figures of the session that goes on.
    public mutating func report(_ report: SessionReport) {
        guard configuration.isReporting, let name = active?.introduction.name else { return }
        try? rendezvous?.report(report, for: name)
    }
}

import STUN
import WireFormat

extension Client {
    /// Takes a datagram, or a stream's frame, from the server.
    ///
    /// Only a failure that says `wrongPath` leaves doubt whether the datagram is for someone else.
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Reception {
        guard path == self.path else { throw .wrongPath }
        switch DatagramKind(datagram) {
        case .channelData: return try receiveChannelData(datagram)
        case .stun: return try receiveMessage(datagram, at: now)
        case .record, .other: throw .unexpected
        }
    }

    private func receiveChannelData(_ datagram: Span<UInt8>) throws(Failure) -> Reception {
        guard let frame = ChannelData(datagram) else { throw .malformed(.truncated) }
        // The server may use the channel as soon as it sent its answer, which may overtake or be lost.
        guard let channel = channels.first(where: { $0.number == frame.channel }) else { throw .unknownPeer }
        return .payload(frame.payload, peer: channel.peer)
    }

    private mutating func receiveMessage(_ datagram: Span<UInt8>, at now: Instant) throws(Failure) -> Reception {
        let message: Message
        do { message = try Message(datagram) } catch { throw .malformed(error) }
        if message.type == MessageType(.indication, .data) { return try receiveData(message) }
        guard message.messageClass.isResponse, let transaction = transactions.find(message.transaction),
            message.method == transaction.content.request.method
        else { throw .unexpected }
        try check(message, answers: transaction.content)
        transactions.finish(message.transaction)
        if message.messageClass == .successResponse {
            accept(message, for: transaction.content.request, at: now)
        } else {
            refuse(message, of: transaction.content, at: now)
        }
        return .consumed
    }

    /// Error answers may lack an integrity check, since the server may not know the user; a wrong one never passes.
    private func check(_ message: borrowing Message, answers outstanding: Outstanding) throws(Failure) {
        guard message.fingerprint != .invalid else { throw .notAuthentic }
        guard let credentials, outstanding.isAuthenticated else { return }
        if credentials.trust(in: message) == .discarded { throw .notAuthentic }
    }

    private func receiveData(_ message: borrowing Message) throws(Failure) -> Reception {
        guard let peer = message.xorPeerAddress, let range = message.dataRange else { throw .unexpected }
        guard permissions.contains(where: { $0.peer.ip == peer.ip }) else { throw .unknownPeer }
        return .payload(range, peer: peer)
    }

    private mutating func accept(_ message: borrowing Message, for request: ClientRequest, at now: Instant) {
        switch request {
        case .allocate: acceptAllocation(message, at: now)
        case .refresh:
            if state == .deallocating { return endDeallocated() }
            let granted = message.lifetimeSeconds ?? configuration.lifetimeSeconds
            scheduleRefresh(lifetimeSeconds: granted, at: now)
        case .move:
            scheduleRefresh(lifetimeSeconds: message.lifetimeSeconds ?? configuration.lifetimeSeconds, at: now)
            takeTicket(message)
            finishMoving(at: now)
        case .createPermission(let peer):
            guard let index = permissions.firstIndex(where: { $0.peer.ip == peer.ip }) else { return }
            if !permissions[index].isInstalled { events.append(.permissionInstalled(peer.ip)) }
            permissions[index].expiresAt = now + Self.permissionLifetime
        case .channelBind(let peer, _):
            guard let index = channels.firstIndex(where: { $0.peer == peer }) else { return }
            if !channels[index].isBound { events.append(.channelBound(peer)) }
            channels[index].expiresAt = now + Self.channelLifetime
        }
    }

    private mutating func acceptAllocation(_ message: borrowing Message, at now: Instant) {
        guard let relayed = message.xorRelayedAddress, let mapped = message.mappedAddress else {
            return end(.badAnswer)
        }
        state = .allocated(relayed: relayed, mapped: mapped)
        let granted = message.lifetimeSeconds ?? configuration.lifetimeSeconds
        scheduleRefresh(lifetimeSeconds: granted, at: now)
        deadlines[.keepalive] = lastSentAt + configuration.keepalive
        events.append(.allocated(relayed: relayed, mapped: mapped))
        noteExtras(message, relayed)
    }

    /// What else an allocation may come with.
    private mutating func noteExtras(_ message: borrowing Message, _ relayed: TransportAddress) {
        takeTicket(message)
        if let token = message.first(.reservationToken)?.uint64 { events.append(.reserved(token)) }
        guard configuration.wantsBothFamilies else { return }
        var cursor = message.attributes
        while let attribute = cursor.next() {
            guard attribute.type == .xorRelayedAddress, let other = attribute.xorAddress,
                other.ip.isIPv4 != relayed.ip.isIPv4
            else { continue }
            additionalRelayedAddress = other
            return events.append(.allocatedAlso(relayed: other))
        }
        // Where ERROR-CODE has reserved bits, ADDRESS-ERROR-CODE has the family (RFC 8656 section 18.12).
        let code = message.first(.addressErrorCode)?.errorCode ?? .addressFamilyNotSupported
        events.append(.additionalFamilyRefused(code))
    }

    /// Everything is renewed, since answers may have been lost on the way.
    private mutating func finishMoving(at now: Instant) {
        isMoving = false
        for index in permissions.indices { permissions[index].refreshAt = now }
        for index in channels.indices { channels[index].refreshAt = now }
        renew(at: now)
        events.append(.moved)
    }

    private mutating func takeTicket(_ message: borrowing Message) {
        guard let value = message.first(.mobilityTicket)?.value, (1...Self.ticketLimit).contains(value.count) else {
            return
        }
        ticket = value.copied()
    }

    private mutating func refuse(_ message: borrowing Message, of outstanding: Outstanding, at now: Instant) {
        guard let code = message.errorCode else { return fail(outstanding.request, .badAnswer, nil) }
        switch code {
        case .unauthenticated where outstanding.isAuthenticated && isOurRealm(message):
            fail(outstanding.request, .wrongCredentials, code)
        case .unauthenticated, .staleNonce: answerChallenge(message, of: outstanding, code: code, at: now)
        case .tryAlternate where outstanding.request == .allocate: redirect(message, at: now)
        default: fail(outstanding.request, .refused(code), code)
        }
    }

    /// A server that was restarted with another realm asks once more; one that asks again for the same realm says no.
    private func isOurRealm(_ message: borrowing Message) -> Bool {
        guard let realm = message.realm, let credentials else { return true }
        return realm.elementsEqual(credentials.realm.span)
    }

    /// The request again, as a new transaction with the nonce of the answer (RFC 8489 section 9.2.5).
    private mutating func answerChallenge(
        _ message: borrowing Message, of outstanding: Outstanding, code: ErrorCode, at now: Instant
    ) {
        // A challenge that asks for the weaker algorithm although the nonce announces the list is not answered.
        let fresh = try? LongTermCredentials(
            challenge: message, username: [UInt8](configuration.username.utf8),
            password: [UInt8](configuration.password.utf8))
        guard outstanding.challenges < Self.challengeLimit, let fresh else {
            return fail(outstanding.request, .badAnswer, code)
        }
        credentials = fresh
        begin(outstanding.request, challenges: outstanding.challenges + 1, at: now)
    }

    private mutating func redirect(_ message: borrowing Message, at now: Instant) {
        guard let alternate = message.alternateServer else { return end(.badAnswer) }
        guard configuration.transport == .udp,
            let redirection = try? redirections.follow(message, from: server, at: now)
        else { return end(.redirected(alternate)) }
        server = redirection.server
        credentials = nil
        begin(.allocate, at: now)
    }

    private mutating func fail(_ request: ClientRequest, _ reason: EndReason, _ code: ErrorCode?) {
        switch request {
        case .allocate: end(reason)
        case .refresh: state == .deallocating ? endDeallocated() : end(reason)
        case .move: end(reason)
        // The allocation itself is gone, or our credentials are: no use in going on.
        case _ where code == .allocationMismatch || code == .wrongCredentials || reason == .wrongCredentials:
            end(reason)
        case .createPermission(let peer): refusePermission(peer.ip, code)
        case .channelBind(let peer, _): refuseChannel(peer, code)
        }
    }
}

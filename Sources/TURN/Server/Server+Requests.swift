import STUN
import WireFormat

extension Server {
    /// Where a request came from and how an answer finds back.
    struct Origin {
        let path: Path
        let method: Method
        let transaction: TransactionIdentifier
        let size: Int
    }

    mutating func receiveMessage(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant
    ) throws(Failure) -> Reception {
        let message: Message
        do { message = try Message(datagram) } catch { throw .malformed(error) }
        if message.type == MessageType(.indication, .send) {
            return .forward(try receiveSend(message, on: path, at: now))
        }
        // Other indications, keepalives above all, need no answer.
        if message.messageClass == .indication { return .consumed }
        guard message.messageClass == .request, message.fingerprint != .invalid else { throw .unexpected }
        guard replies.count < Self.replyLimit else { throw .overloaded }
        // Before anything is computed: a source that has sent too much without proving itself is not heard. Clients are,
        // since others can send in their name.
        guard slot(ofClient: path) != nil || isHeard(path.remote.ip, at: now) else { throw .tooOften }
        let origin = Origin(
            path: path, method: message.method, transaction: message.transaction, size: datagram.count)
        switch message.method {
        case .binding:
            guard countUnauthenticated(path.remote.ip, at: now) else { throw .tooOften }
            answerBinding(message, origin)
        case .allocate, .refresh, .createPermission, .channelBind: try answer(message, origin, at: now)
        default: throw .unexpected
        }
        return .consumed
    }

    private func isHeard(_ source: IPAddress, at now: Instant) -> Bool {
        sourceRates.admits(source, configuration.limits.unauthenticatedRequests, at: now)
    }

    /// - Returns: false if that is too many.
    private mutating func countUnauthenticated(_ source: IPAddress, at now: Instant) -> Bool {
        sourceRates.take(source, configuration.limits.unauthenticatedRequests, at: now)
    }

    private mutating func answerBinding(_ message: borrowing Message, _ origin: Origin) {
        let unknown = message.unknownRequiredAttributes { type in
            type == .username || type == .realm || type == .nonce || type == .priority || type == .useCandidate
        }
        guard unknown.isEmpty else { return reply(.unknownAttributes(unknown), origin) }
        statistics.bindings &+= 1
        let hasFingerprint = message.fingerprint == .valid
        reply(.binding(mapped: origin.path.remote, hasFingerprint: hasFingerprint), origin)
    }

    private mutating func answer(_ message: borrowing Message, _ origin: Origin, at now: Instant) throws(Failure) {
        let authentication = authenticate(message, on: origin.path, at: now)
        guard case .authentic(let credentials) = authentication else {
            guard countUnauthenticated(origin.path.remote.ip, at: now) else { throw .tooOften }
            return turnAway(authentication, origin)
        }
        let slot = slot(ofClient: origin.path)
        if let slot {
            let limit = configuration.limits.requestsPerAllocation
            let isAdmitted = allocations[slot]?.requestRate.take(limit, at: now) ?? false
            guard isAdmitted else { throw .tooOften }
        }
        let unknown = message.unknownRequiredAttributes(isKnown: Self.isKnown)
        guard unknown.isEmpty else { return reply(.unknownAttributes(unknown), origin, key: credentials.key) }
        switch (origin.method, slot) {
        case (.allocate, let slot): allocate(message, origin, credentials, existing: slot, at: now)
        case (_, let slot?) where allocations[slot]?.isLive == true:
            if origin.method == .refresh {
                refresh(message, origin, slot, at: now)
            } else if origin.method == .createPermission {
                createPermissions(message, origin, slot, at: now)
            } else {
                bindChannel(message, origin, slot, at: now)
            }
        case (.refresh, let slot?) where message.lifetimeSeconds == 0:
            giveUpOpening(slot)
            reply(.refresh(lifetimeSeconds: 0, nil), origin, key: credentials.key)
        case (.refresh, nil) where message.contains(.mobilityTicket): move(message, origin, credentials, at: now)
        default: refuse(.allocationMismatch, origin, key: credentials.key)
        }
    }

    private mutating func turnAway(_ authentication: Authentication, _ origin: Origin) {
        switch authentication {
        case .authentic: break
        case .challenge(let code):
            statistics.challenges &+= 1
            reply(.challenge(code), origin)
        case .refusal(let code): refuse(code, origin)
        }
    }

    /// What may stand in a request of TURN.
    private static func isKnown(_ type: AttributeType) -> Bool {
        switch type {
        case .username, .realm, .nonce, .channelNumber, .lifetime, .xorPeerAddress, .requestedAddressFamily,
            .evenPort, .requestedTransport, .reservationToken, .dontFragment, .passwordAlgorithm, .userHash:
            true
        default: false
        }
    }

    mutating func refuse(_ code: ErrorCode, _ origin: Origin, key: Protection? = nil) {
        statistics.refusals &+= 1
        reply(.refusal(code), origin, key: key)
    }

    /// Over UDP, an answer to a request that is not authentic may be as long as the request and no longer.
    mutating func reply(_ content: Reply.Content, _ origin: Origin, key: Protection? = nil) {
        let isLimited = key == nil && origin.path.transport == .udp && configuration.shortRequests == .dropped
        replies.append(
            Reply(
                path: origin.path, method: origin.method, transaction: origin.transaction, content: content, key: key,
                sizeLimit: isLimited ? origin.size : .max))
    }
}

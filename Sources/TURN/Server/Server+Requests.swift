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
        let origin = Origin(
            path: path, method: message.method, transaction: message.transaction, size: datagram.count)
        switch message.method {
        case .binding: answerBinding(message, origin)
        case .allocate, .refresh, .createPermission, .channelBind: answer(message, origin, at: now)
        default: throw .unexpected
        }
        return .consumed
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

    private mutating func answer(_ message: borrowing Message, _ origin: Origin, at now: Instant) {
        let credentials: Credentials
        switch authenticate(message, on: origin.path, at: now) {
        case .authentic(let found): credentials = found
        case .challenge(let code):
            statistics.challenges &+= 1
            return reply(.challenge(code), origin)
        case .refusal(let code): return refuse(code, origin)
        }
        let unknown = message.unknownRequiredAttributes(isKnown: Self.isKnown)
        guard unknown.isEmpty else { return reply(.unknownAttributes(unknown), origin, key: credentials.key) }
        let slot = clients[ClientKey(path: origin.path)].map(Int.init)
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
        default: refuse(.allocationMismatch, origin, key: credentials.key)
        }
    }

    /// What may stand in a request of TURN. DONT-FRAGMENT is missing: a server that cannot
    /// honour it treats it as unknown (RFC 8656 section 7.2).
    private static func isKnown(_ type: AttributeType) -> Bool {
        switch type {
        case .username, .realm, .nonce, .channelNumber, .lifetime, .xorPeerAddress, .requestedAddressFamily,
            .evenPort, .requestedTransport, .reservationToken:
            true
        default: false
        }
    }

    mutating func refuse(_ code: ErrorCode, _ origin: Origin, key: IntegrityKey? = nil) {
        statistics.refusals &+= 1
        reply(.refusal(code), origin, key: key)
    }

    /// Over UDP, an answer to a request that is not authentic may be as long as the request and no longer.
    mutating func reply(_ content: Reply.Content, _ origin: Origin, key: IntegrityKey? = nil) {
        let isLimited = key == nil && origin.path.transport == .udp && configuration.shortRequests == .dropped
        replies.append(
            Reply(
                path: origin.path, method: origin.method, transaction: origin.transaction, content: content, key: key,
                sizeLimit: isLimited ? origin.size : .max))
    }
}

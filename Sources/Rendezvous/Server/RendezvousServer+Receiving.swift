import WireFormat

/// What clients say.
extension RendezvousServer {
    /// Takes one message of a connection.
    ///
    /// Throws what is wrong with it; by then the client is told, its connection is on its way out, and an event
    /// asks the driver to close it.
    public mutating func receive(
        _ message: Span<UInt8>, from connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        guard connections[connection]?.isClosing == false else { throw .unknown }
        defer { settle(at: now) }
        connections[connection]?.lastHeard = now
        counters.messagesTotal += 1
        guard isWithinRate(message.count, connection, at: now) else {
            drop(connection, .rateLimited, retryAfterSeconds: 30, at: now)
            throw .refused(.rateLimited)
        }
        do {
            try handle(try SignalingMessage(message), from: connection, at: now)
        } catch {
            counters.malformedTotal += 1
            if case .badVersion = error {
                drop(connection, .badVersion, at: now)
            } else {
                drop(connection, .malformed, at: now)
            }
            throw error
        }
    }

    private mutating func handle(
        _ message: SignalingMessage, from connection: ConnectionIdentifier, at now: Instant
    ) throws(SignalingFailure) {
        switch message {
        case .ping(let number): return send(.pong(number), to: connection)
        case .pong: return
        default: connections[connection]?.hasAsked = true
        }
        switch message {
        case .openRoom(let wanted, let token): try openRoom(wanted, token: token, for: connection, at: now)
        case .register(let host): try register(host, for: connection, at: now)
        case .proof(let bytes): try proof(bytes, from: connection)
        case .closeRoom(let reason): closeRoom(reason, from: connection, at: now)
        case .join(let venue, let offer): try join(venue, offer: offer, from: connection, at: now)
        case .resume(let meeting, let ticket): try resume(meeting, ticket, from: connection, at: now)
        case .identity(let key, let proof): identify(key, proof, from: connection)
        case .agree(let offer): agree(offer, from: connection, at: now)
        case .report(let session, let figures): report(session, figures, from: connection)
        case .answer(let session, let blob): try answer(session, blob, from: connection, at: now)
        case .trickle(let session, let blob): try trickle(session, blob, from: connection, at: now)
        case .leave(let session, let reason): leave(session, reason, from: connection, at: now)
        case .welcome, .challenge, .hosting, .standby, .incoming, .terms, .joined, .met, .refused, .roomClosed:
            throw .unexpected
        case .ping, .pong: break
        }
    }

    private mutating func isWithinRate(_ count: Int, _ connection: ConnectionIdentifier, at now: Instant) -> Bool {
        connections[connection]?.messages.take(of: configuration.messageRate, at: now) == nil
            && connections[connection]?.bytes.take(count, of: configuration.byteRate, at: now) == nil
    }

    /// Drops the connections whose queues overflowed during the call. Each drop may send to others, so until none
    /// is left; it ends, since no connection is dropped twice.
    mutating func settle(at now: Instant) {
        while let connection = overflowed.popFirst() { drop(connection, .tooSlow, at: now) }
    }
}

import STUN
import TURN
import WireFormat

/// A client that writes its requests by hand, to say what `Client` never would.
struct RawClient {
    var path: Path
    var username: String
    var password: String
    var realm: [UInt8] = []
    var nonce: [UInt8] = []
    var random = SeededRandom(seed: 99)

    init(
        _ remote: String = "198.51.100.7:40000", transport: TransportProtocol = .udp, user: String = "session",
        ttlSeconds: Int64 = 86_400
    ) {
        path = Path(transport: transport, local: World.serverAddress, remote: address(remote))
        (username, password) = World.credentials(user: user, ttlSeconds: ttlSeconds)
    }

    /// What a reply says, taken out of its bytes.
    struct Answer: Equatable {
        var messageClass: MessageClass
        var code: ErrorCode?
        var relayed: TransportAddress?
        var mapped: TransportAddress?
        var lifetimeSeconds: UInt32?
        var unknown: [AttributeType]
        var isAuthentic: Bool
        var size: Int

        var isSuccess: Bool { messageClass == .successResponse }
    }

    /// Sends bytes and reads the answer; nil if there is none.
    mutating func exchange(_ bytes: [UInt8], with server: inout Server, at now: Instant) -> Answer? {
        _ = try? server.receive(bytes.span, on: path, at: now)
        while let event = server.pollEvent() {
            if case .openRelay(let identifier, _) = event { server.relayOpened(identifier, at: now) }
        }
        guard let (reply, _) = poll({ server.pollTransmit(into: &$0, at: now) }),
            let message = try? Message(reply.span)
        else { return nil }
        if message.errorCode == .unauthenticated || message.errorCode == .staleNonce {
            realm = message.realm?.copied() ?? []
            nonce = message.nonce?.copied() ?? []
        }
        return Answer(
            messageClass: message.messageClass, code: message.errorCode, relayed: message.xorRelayedAddress,
            mapped: message.mappedAddress, lifetimeSeconds: message.lifetimeSeconds,
            unknown: message.unknownAttributes, isAuthentic: message.isAuthentic(key), size: reply.count)
    }

    var key: IntegrityKey {
        IntegrityKey(
            username: [UInt8](username.utf8), realm: realm, password: [UInt8](password.utf8))
    }

    /// An authenticated request.
    mutating func request(
        _ method: STUN.Method, transaction: TransactionIdentifier? = nil,
        _ add: (inout MessageBuilder, inout OutputSpan<UInt8>) -> Void = { _, _ in }
    ) -> [UInt8] {
        let identifier = transaction ?? TransactionIdentifier(random: &random)
        return [UInt8](capacity: 1_500) { packet in
            var message = MessageBuilder(.request, method, transaction: identifier, into: &packet)
            add(&message, &packet)
            message.add(.username, username, to: &packet)
            message.add(.realm, realm.span, to: &packet)
            message.add(.nonce, nonce.span, to: &packet)
            message.addIntegrity(key, to: &packet)
            _ = message.finish(&packet)
        }
    }

    /// A request without credentials, padded to a size.
    mutating func plainRequest(_ method: STUN.Method, size: Int = 200) -> [UInt8] {
        let identifier = TransactionIdentifier(random: &random)
        return [UInt8](capacity: 1_500) { packet in
            var message = MessageBuilder(.request, method, transaction: identifier, into: &packet)
            if method == .allocate { message.add(.requestedTransport, leading: 17, to: &packet) }
            message.pad(toSize: size, in: &packet)
            _ = message.finish(&packet)
        }
    }

    /// Gets a nonce.
    mutating func challenge(_ server: inout Server, at now: Instant) {
        let bytes = plainRequest(.allocate)
        _ = exchange(bytes, with: &server, at: now)
    }

    mutating func allocate(
        _ server: inout Server, at now: Instant, transaction: TransactionIdentifier? = nil,
        _ add: (inout MessageBuilder, inout OutputSpan<UInt8>) -> Void = { _, _ in }
    ) -> Answer? {
        let bytes = request(.allocate, transaction: transaction) { message, packet in
            message.add(.requestedTransport, leading: 17, to: &packet)
            add(&message, &packet)
        }
        return exchange(bytes, with: &server, at: now)
    }

    mutating func permit(_ peers: [TransportAddress], _ server: inout Server, at now: Instant) -> Answer? {
        let bytes = request(.createPermission) { message, packet in
            for peer in peers { message.add(.xorPeerAddress, xorAddress: peer, to: &packet) }
        }
        return exchange(bytes, with: &server, at: now)
    }

    mutating func bind(
        _ channel: UInt16, to peer: TransportAddress, _ server: inout Server, at now: Instant
    ) -> Answer? {
        let bytes = request(.channelBind) { message, packet in
            message.addChannelNumber(channel, to: &packet)
            message.add(.xorPeerAddress, xorAddress: peer, to: &packet)
        }
        return exchange(bytes, with: &server, at: now)
    }

    mutating func refresh(lifetimeSeconds: UInt32, _ server: inout Server, at now: Instant) -> Answer? {
        let bytes = request(.refresh) { message, packet in
            message.add(.lifetime, lifetimeSeconds, to: &packet)
        }
        return exchange(bytes, with: &server, at: now)
    }
}

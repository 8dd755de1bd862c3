import STUN
import WireFormat

/// What a forger of STUN messages knows: keys, names, and what the machine under test has sent.
struct Forge {
    var keys: [IntegrityKey] = []
    /// Values that pass as USERNAME, REALM and NONCE.
    var usernames: [[UInt8]] = []
    var realm: [UInt8] = []
    var nonce: [UInt8] = []

    private static let methods: [STUN.Method] = [
        .binding, .allocate, .refresh, .send, .data, .createPermission, .channelBind,
    ]

    private static let types: [AttributeType] = [
        .mappedAddress, .errorCode, .unknownAttributes, .xorMappedAddress, .passwordAlgorithm, .passwordAlgorithms,
        .userHash, .software, .alternateServer, .alternateDomain, .channelNumber, .lifetime, .xorPeerAddress, .data,
        .xorRelayedAddress, .requestedAddressFamily, .evenPort, .requestedTransport, .dontFragment,
        .reservationToken, .additionalAddressFamily, .addressErrorCode, .icmp, .mobilityTicket, .changeRequest,
        .priority, .useCandidate, .padding, .responsePort, .iceControlled, .iceControlling, .responseOrigin,
        .otherAddress, .beelinePadding, .beelineData, .beelineNomination,
    ]

    /// Notes what a challenge on its way says.
    mutating func learn(from message: borrowing Message) {
        if let realm = message.realm?.copied() { self.realm = realm }
        if let nonce = message.nonce?.copied() { self.nonce = nonce }
    }

    /// A message, and the packet that it answers.
    typealias Forgery = (bytes: [UInt8], request: Sent?)

    /// Writes the message that the script describes: an answer to one of the packets, newest first, or one of its own.
    func message(_ script: inout Script, answering packets: [Sent]) -> Forgery {
        let head = script.byte()
        var method = Self.methods[script.choice(Self.methods.count)]
        var transaction = TransactionIdentifier(high: UInt32(head), low: 7)
        let request = request(Int(head >> 2 & 7), among: packets)
        if let request, let header = try? Header(request.bytes.span) {
            (transaction, method) = (header.transaction, header.type.method)
        }
        let messageClass = MessageClass(rawValue: UInt16(head & 3)) ?? .request
        return (write(messageClass, method, transaction, &script), request)
    }

    /// Which packet is answered: the newest ones by number, then the newest of a kind, then none.
    private func request(_ choice: Int, among packets: [Sent]) -> Sent? {
        func newest(_ isWanted: (STUN.Method) -> Bool) -> Sent? {
            packets.first { packet in (try? Header(packet.bytes.span)).map { isWanted($0.type.method) } ?? false }
        }
        switch choice {
        case 0..<4: return choice < packets.count ? packets[choice] : nil
        case 4: return newest { $0 == .allocate }
        case 5: return newest { $0 == .binding }
        case 6: return newest { $0 != .binding && $0 != .allocate }
        default: return nil
        }
    }

    private func write(
        _ messageClass: MessageClass, _ method: STUN.Method, _ transaction: TransactionIdentifier,
        _ script: inout Script
    ) -> [UInt8] {
        let protection = script.byte()
        let attributes = script.choice(12)
        return [UInt8](capacity: 2_000) { packet in
            var message = MessageBuilder(messageClass, method, transaction: transaction, into: &packet)
            for _ in 0..<attributes { add(&script, to: &message, &packet) }
            let key = Int(protection & 3)
            if key < keys.count {
                if protection & 4 == 0 { message.addIntegrity(keys[key], .sha1, to: &packet) }
                if protection & 8 != 0 { message.addIntegrity(keys[key], .sha256, to: &packet) }
            }
            if protection & 16 != 0 { message.addFingerprint(to: &packet) }
            _ = message.finish(&packet)
        }
    }

    private func add(
        _ script: inout Script, to message: inout MessageBuilder, _ packet: inout OutputSpan<UInt8>
    ) {
        let choice = script.choice(Self.types.count + 5)
        switch choice - Self.types.count {
        case 0: message.add(.username, name(script.byte()).span, to: &packet)
        case 1: message.add(.realm, realm.span, to: &packet)
        case 2: message.add(.nonce, nonce.span, to: &packet)
        case 3: message.add(ErrorCode(rawValue: script.word() % 800), to: &packet)
        case 4:
            let type = AttributeType(rawValue: script.word())
            message.add(type, script.chunk().span, to: &packet)
        default: addValue(Self.types[choice], &script, to: &message, &packet)
        }
    }

    private func name(_ number: UInt8) -> [UInt8] {
        usernames.isEmpty ? [] : usernames[Int(number) % usernames.count]
    }

    private func addValue(
        _ type: AttributeType, _ script: inout Script, to message: inout MessageBuilder,
        _ packet: inout OutputSpan<UInt8>
    ) {
        switch script.choice(8) {
        case 0: message.add(type, script.chunk().span, to: &packet)
        case 1: message.add(type, to: &packet)
        case 2: message.add(type, UInt32(script.number(bytes: 4)), to: &packet)
        case 3: message.add(type, script.number(bytes: 8), to: &packet)
        case 4: message.add(type, xorAddress: script.address(), to: &packet)
        case 5: message.add(type, address: script.address(), to: &packet)
        case 6: message.add(type, leading: script.byte(), to: &packet)
        default: message.add(type, UInt32(script.word()) << 16, to: &packet)
        }
    }
}

import STUN
import WireFormat

private let shortKey = IntegrityKey(shortTermPassword: "VOkJxbRl1RmTxUk/WvJxBt")
private let longKey = IntegrityKey(username: "user", realm: "realm", password: "password", algorithm: .sha256)

/// A message that parses must parse the same after its attributes were written again; its accessors must not trap.
func fuzzSTUN(_ input: [UInt8]) throws(Finding) {
    let bytes = input.span
    _ = DatagramKind(bytes)
    guard let message = try? Message(bytes) else { return }
    readValues(message)
    let isMachineWritten = message.isAuthentic(shortKey) || message.isAuthentic(longKey, .sha256)
    let copy = rewrite(message)
    guard let again = try? Message(copy.span) else { throw Finding("the message written again is none") }
    try require(again.type == message.type && again.transaction == message.transaction, "the header changed")
    try require(again.fingerprint == .valid, "the fingerprint of a fresh message is not valid")
    try require(again.isAuthentic(shortKey), "a fresh message is not authentic")
    try require(again.isAuthentic(longKey, .sha256), "a fresh message is not authentic to SHA-256")
    try compare(message, again)
    if isMachineWritten { try rejectsChanges(of: input) }
}

/// Every reading of a value that there is.
private func readValues(_ message: borrowing Message) {
    _ = (message.mappedAddress, message.errorCode, message.priority, message.useCandidate, message.iceControlling)
    _ = (message.iceControlled, message.lifetimeSeconds, message.xorPeerAddress, message.xorRelayedAddress)
    _ = (message.alternateServer, message.channelNumber, message.dataRange, message.unknownAttributes)
    _ = (message.username?.count, message.realm?.count, message.nonce?.count, message.fingerprint)
    _ = (message.passwordAlgorithms, message.passwordAlgorithm, message.alternateDomain, message.changeRequest)
    _ = (message.otherAddress, message.responseOrigin, message.userHash?.count)
    _ = message.longTermClaim(offered: [.md5, .sha256])
    if let nonce = message.nonce, let features = SecurityFeatures(nonce: nonce) {
        precondition(SecurityFeatures(nonce: features.cookie.span) == features, "a cookie is read otherwise")
    }
    if let credentials = try? LongTermCredentials(challenge: message, username: [1], password: [2]) {
        _ = credentials.trust(in: message)
    }
    _ = message.unknownRequiredAttributes { $0.rawValue % 2 == 0 }
    var cursor = message.attributes
    while let attribute = cursor.next() {
        _ = (attribute.firstByte, attribute.uint32, attribute.uint64, attribute.address, attribute.xorAddress)
        _ = (attribute.errorCode, attribute.text)
    }
}

private func rewrite(_ message: borrowing Message) -> [UInt8] {
    [UInt8](capacity: message.bytes.count + 100) { packet in
        var builder = MessageBuilder(
            message.messageClass, message.method, transaction: message.transaction, into: &packet)
        var cursor = message.attributes
        while let attribute = cursor.next() { builder.add(attribute.type, attribute.value, to: &packet) }
        builder.addIntegrity(shortKey, to: &packet)
        builder.addIntegrity(longKey, .sha256, to: &packet)
        builder.addFingerprint(to: &packet)
        _ = builder.finish(&packet)
    }
}

private func compare(_ first: borrowing Message, _ second: borrowing Message) throws(Finding) {
    var (left, right) = (first.attributes, second.attributes)
    while let one = left.next() {
        guard let other = right.next() else { throw Finding("an attribute is gone") }
        try require(one.type == other.type && one.value.elementsEqual(other.value), "an attribute changed")
    }
    while right.next() != nil { throw Finding("there is an attribute more") }
}

/// No byte in front of the integrity attribute may change without being noticed.
private func rejectsChanges(of input: [UInt8]) throws(Finding) {
    for index in [0, 4, 8, 19] where index < input.count {
        var changed = input
        changed[index] ^= 1
        guard let message = try? Message(changed.span) else { continue }
        try require(!message.isAuthentic(shortKey) && !message.isAuthentic(longKey, .sha256), "a change passed")
    }
}

func stunSeeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for method in [STUN.Method.binding, .allocate, .channelBind, .send] {
        for messageClass in MessageClass.allCases { seeds.append(seed(messageClass, method)) }
    }
    return seeds
}

private func seed(_ messageClass: MessageClass, _ method: STUN.Method) -> [UInt8] {
    let address = TransportAddress(ip: .v6(high: 0x2001_0db8_1234_5678, low: 0x11_2233_4455_6677), port: 32_853)
    return [UInt8](capacity: 600) { packet in
        let transaction = TransactionIdentifier(high: 0xB7E7_A701, low: 0xBC34_D686_FA87_DFAE)
        var message = MessageBuilder(messageClass, method, transaction: transaction, into: &packet)
        message.add(.software, "test vector", to: &packet)
        message.add(.priority, UInt32(0x6E00_01FF), to: &packet)
        message.add(.iceControlled, 0x932F_F9B1_5126_3B36 as UInt64, to: &packet)
        message.add(.username, "evtj:h6vY", to: &packet)
        message.add(.xorMappedAddress, xorAddress: address, to: &packet)
        message.add(.alternateServer, address: address, to: &packet)
        message.add(.unauthenticated, to: &packet)
        message.add(unknown: [.userHash, .evenPort], to: &packet)
        message.addEvenPort(reserveNext: true, to: &packet)
        message.addChannelNumber(0x4001, to: &packet)
        message.add(.data, [1, 2, 3, 4, 5].span, to: &packet)
        message.addIntegrity(shortKey, to: &packet)
        message.addIntegrity(longKey, .sha256, to: &packet)
        message.addFingerprint(to: &packet)
        _ = message.finish(&packet)
    }
}

import SecureChannel
import WireFormat

/// Both sides of a handshake, each time it can be read.
private struct Handshakes: Sendable {
    var readers: [Handshake] = []
    var messages: [[UInt8]] = []
    var finished: (viewer: Handshake, host: Handshake)

    init(isCode: Bool) {
        var random = SeededRandom(seed: isCode ? 1 : 2)
        let prologue = Prologue(sessionIdentifier: [1, 2, 3])
        let (viewerKeys, hostKeys) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        var writer: Handshake
        var reader: Handshake
        if isCode, let code = ConnectionCode("7-crossover-clockwork") {
            writer = .initiator(code: code, keys: viewerKeys, prologue: prologue, random: &random)
            reader = .responder(code: code, keys: hostKeys, prologue: prologue, random: &random)
        } else {
            writer = .initiator(pinned: hostKeys.publicKey, keys: viewerKeys, prologue: prologue, random: &random)
            reader = .responder(pinnedKeys: hostKeys, prologue: prologue, random: &random)
        }
        while !(writer.isFinished && reader.isFinished) {
            readers.append(reader)
            guard let message = try? writer.writeMessage(payload: [1, 2, 3, 4].span) else { break }
            messages.append(message)
            _ = try? reader.readMessage(message.span)
            swap(&writer, &reader)
        }
        finished = writer.role == .initiator ? (writer, reader) : (reader, writer)
    }
}

private let handshakes = [Handshakes(isCode: true), Handshakes(isCode: false)]

/// Nothing that was changed on the way is taken for authentic, and nothing at all traps.
func fuzzSecureChannel(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    switch script.choice(6) {
    case 0: try fuzzHandshake(&script)
    case 1: try fuzzRecords(&script)
    case 2: try fuzzBox(&script)
    case 3: fuzzProofs(&script)
    case 4: fuzzCookies(&script)
    default:
        let bytes = script.rest()
        if let first = bytes.first, let kind = DatagramKind(firstByte: first), case .handshake = kind {
            try require(kind.firstByte == first, "a datagram's kind is written otherwise than it was read")
        }
    }
}

/// The bytes of the script, or a true message with changes: which, the script says.
private func message(_ script: inout Script, from original: [UInt8]) -> [UInt8] {
    if script.byte() & 1 == 0 { return script.rest() }
    var bytes = original
    for _ in 0..<script.choice(4) where !bytes.isEmpty { bytes[Int(script.word()) % bytes.count] ^= script.byte() }
    bytes.removeLast(min(bytes.count, script.choice(64)))
    return bytes + script.rest()
}

private func fuzzHandshake(_ script: inout Script) throws(Finding) {
    let handshake = handshakes[script.choice(2)]
    let index = script.choice(handshake.messages.count)
    var reader = handshake.readers[index]
    let bytes = message(&script, from: handshake.messages[index])
    guard (try? reader.readMessage(bytes.span)) != nil else { return }
    if index > 0 { try require(bytes == handshake.messages[index], "a changed handshake message was accepted") }
    _ = try? reader.writeMessage(payload: [5].span)
}

private func fuzzRecords(_ script: inout Script) throws(Finding) {
    guard var sender = try? handshakes[1].finished.viewer.recordLayer(packetsPerKey: 4),
        var receiver = try? handshakes[1].finished.host.recordLayer(packetsPerKey: 4)
    else { throw Finding("a finished handshake has no records") }
    var number: UInt64 = 0
    for _ in 0..<32 where !script.isAtEnd {
        let plaintext = script.chunk()
        number += 1 + UInt64(script.byte())
        let record = [UInt8](capacity: plaintext.count + 64) { output in
            try? sender.seal(plaintext.span, packetNumber: number, into: &output)
        }
        var changed = record
        for _ in 0..<script.choice(3) where !changed.isEmpty {
            changed[Int(script.byte()) % changed.count] ^= script.byte()
        }
        changed.removeLast(min(changed.count, script.choice(8)))
        let opened = open(changed, &receiver)
        if changed != record { try require(opened == nil, "a changed record was opened") }
        if changed == record, !record.isEmpty { try require(opened == plaintext, "a record does not open") }
        if script.byte() & 1 == 1 { sender.acknowledge(number) }
        _ = open(script.chunk(), &receiver)
    }
}

private func open(_ record: [UInt8], _ layer: inout RecordLayer) -> [UInt8]? {
    var isOpen = false
    let plaintext = [UInt8](capacity: max(1, record.count)) { output in
        isOpen = (try? layer.open(record.span, into: &output)) != nil
    }
    return isOpen ? plaintext : nil
}

private func fuzzBox(_ script: inout Script) throws(Finding) {
    guard var sender = try? SealedBox(handshakes[0].finished.viewer),
        var receiver = try? SealedBox(handshakes[0].finished.host)
    else { throw Finding("a finished handshake has no box") }
    for _ in 0..<8 where !script.isAtEnd {
        let plaintext = script.chunk()
        guard let blob = try? sender.seal(plaintext.span) else { continue }
        var changed = blob
        for _ in 0..<script.choice(3) { changed[Int(script.byte()) % changed.count] ^= script.byte() }
        changed.removeLast(min(changed.count, script.choice(8)))
        let opened = try? receiver.open(changed.span)
        try require(opened == (changed == blob ? plaintext : nil), "a blob opens otherwise than it was sealed")
        _ = try? receiver.open(script.chunk().span)
    }
}

private func fuzzProofs(_ script: inout Script) {
    var random = SeededRandom(seed: 3)
    let keys = StaticKeyPair(random: &random)
    let verifier = HostIdentityVerifier(random: &random)
    if let challenge = HostIdentityChallenge(bytes: script.take(HostIdentityChallenge.count)) {
        _ = HostIdentityProof.answer(challenge, keys: keys, server: "server")
    }
    let key = PublicKey(bytes: script.take(32)) ?? keys.publicKey
    let rest = script.rest()
    _ = verifier.accepts(rest.span, from: key, server: "server")
    _ = TicketKey(secret: [1]).open(rest.span)
}

private func fuzzCookies(_ script: inout Script) {
    var cookies = StatelessCookie(random: SeededRandom(seed: 4), now: .zero)
    let sender = script.address()
    cookies.advance(to: .zero + .seconds(Int64(script.word())))
    let cookie = script.take(StatelessCookie.count)
    let message = script.rest()
    precondition(!cookies.accepts(cookie.span, from: sender, message: message.span), "a cookie was guessed")
    precondition(
        cookies.accepts(cookies.make(for: sender, message: message.span).span, from: sender, message: message.span))
}

func secureChannelSeeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = [
        [1, 3, 9, 9, 9, 0, 0, 0, 1, 0, 2, 8, 8, 3, 1, 5, 0, 2, 0], [2, 4, 1, 2, 3, 4, 0, 0, 0, 2, 7, 7, 1, 3, 9, 0, 0],
    ]
    for (which, handshake) in handshakes.enumerated() {
        for (index, message) in handshake.messages.enumerated() {
            seeds.append([0, UInt8(which), UInt8(index), 0] + message)
            seeds.append([0, UInt8(which), UInt8(index), 1, 1, 0, 40, 1, 0])
        }
    }
    var random = SeededRandom(seed: 9)
    seeds.append([3] + HostIdentityVerifier(random: &random).challenge.bytes + [UInt8](repeating: 7, count: 64))
    seeds.append([4, 0, 0x27, 0x10, 1, 2, 3, 4, 0, 200] + [UInt8](repeating: 5, count: 20))
    return seeds
}

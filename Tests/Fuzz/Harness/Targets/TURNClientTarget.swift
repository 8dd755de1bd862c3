import STUN
import TURN
import WireFormat

private let serverAddress = TransportAddress(ip: .v4(0xCB00_7101), port: 3_478)
private let local = TransportAddress(ip: .v4(0xC633_6407), port: 40_000)

private struct ClientSubject: Subject {
    var client: Client
    var forge = Forge()

    mutating func take(_ datagram: [UInt8], on path: Path, at now: Instant) {
        guard case .payload(let range, _) = try? client.receive(datagram.span, on: path, at: now) else { return }
        precondition(range.upperBound <= datagram.count, "a payload ends behind its datagram")
    }

    mutating func advance(to now: Instant) { client.advance(to: now) }
    var nextDeadline: Instant? { client.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        client.pollTransmit(into: &packet, at: now)
    }

    mutating func drainEvents(at now: Instant) { while client.pollEvent() != nil {} }
}

/// Answers of the server, forged ones under the client's own key included, and what an owner does meanwhile.
func fuzzTURNClient(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let options = script.byte()
    var configuration = Client.Configuration(
        server: serverAddress, transport: options & 1 == 0 ? .udp : .tcp, username: "1800086400:alice",
        password: "secret", peerLimit: 4)
    configuration.isMobile = options & 2 != 0
    configuration.wantsBothFamilies = options & 4 != 0
    let client = Client(configuration: configuration, local: local, random: SeededRandom(seed: 1), now: .zero)
    var stage = Stage(ClientSubject(client: client))
    stage.machine.forge.usernames = [[UInt8](configuration.username.utf8)]
    stage.machine.forge.keys = [PasswordAlgorithm.md5, .sha256].map {
        IntegrityKey(
            username: configuration.username, realm: "beeline", password: configuration.password, algorithm: $0)
    }
    stage.machine.forge.realm = [UInt8]("beeline".utf8)
    stage.machine.forge.nonce = [UInt8]("nonce".utf8)
    try stage.act { subject, now in subject.client.start(at: now) }
    for _ in 0..<Stage<ClientSubject>.stepLimit where !script.isAtEnd { try step(&stage, &script) }
}

private func step(_ stage: inout Stage<ClientSubject>, _ script: inout Script) throws(Finding) {
    switch script.choice(8) {
    case 0: try stage.takeCommonStep(&script)
    case 1: try stage.deliver(script.chunk(), on: stage.machine.client.path)
    case 2: try act(&stage, &script)
    default:
        let forgery = stage.machine.forge.message(&script, answering: stage.recent)
        try stage.deliver(forgery.bytes, on: forgery.request?.path ?? stage.machine.client.path)
    }
}

private func act(_ stage: inout Stage<ClientSubject>, _ script: inout Script) throws(Finding) {
    let choice = script.choice(7)
    let peer = script.address()
    let payload = script.chunk()
    try stage.act { subject, now in
        switch choice {
        case 0: subject.client.permit(peer, at: now)
        case 1: subject.client.bindChannel(to: peer, at: now)
        case 2: subject.client.deallocate(at: now)
        case 3: subject.client.connectionLost()
        case 4: subject.client.start(at: now)
        case 5: subject.client.move(to: peer, at: now)
        default: _ = [UInt8](capacity: 1_500) { _ = subject.client.send(payload.span, to: peer, into: &$0, at: now) }
        }
    }
}

/// Challenge, allocation, a channel, data, an error, a redirection.
func turnClientSeeds() -> [[UInt8]] {
    // Class in the low bits, answering the newest packet.
    func answer(_ messageClass: UInt8, protection: UInt8, _ attributes: [[UInt8]]) -> [UInt8] {
        [4, messageClass, 0, protection, UInt8(attributes.count)] + attributes.flatMap { $0 }
    }
    func error(_ code: UInt16, _ more: [[UInt8]] = []) -> [UInt8] {
        answer(3, protection: 3, [[39, UInt8(code >> 8), UInt8(code & 255)]] + more)
    }
    let challenge = error(401, [[37], [38]])
    let modern = error(401, [[37], [38], [5, 2, 0, 2, 0, 0]])
    let mapped: [UInt8] = [3, 4, 2, 0x27, 0x10]
    let relayed: [UInt8] = [14, 4, 6, 0xC3, 0x50]
    let ticket: [UInt8] = [23, 0, 4, 1, 2, 3, 4]
    let granted: [[UInt8]] = [relayed, mapped, [11, 2, 0, 0, 2, 0x58], ticket]
    let bind: [UInt8] = [2, 1, 10, 0x27, 0x10, 0]
    let done = answer(2, protection: 0, [])
    let data: [UInt8] = [1, 8, 0x40, 0, 0, 4, 1, 2, 3, 4]
    let indication: [UInt8] = [4, 0xFD, 4, 3, 2, 12, 4, 10, 0x27, 0x10, 13, 0, 3, 1, 2, 3]
    let send: [UInt8] = [2, 6, 10, 0x27, 0x10, 3, 1, 2, 3]
    let wait: [UInt8] = [0, 2, 2, 0x58]
    let move: [UInt8] = [2, 5, 6, 0x30, 0x39, 0]
    let use = bind + done + answer(6, protection: 0, []) + data + indication + send + wait + done + move + done
    let session = challenge + answer(2, protection: 0, granted) + use
    let modernSession = modern + answer(2, protection: 9, granted) + use
    let redirection = error(300, [[8, 5, 2, 0x0D, 0x96]])
    return [0, 1, 2, 6].map { [$0] + session } + [[2] + modernSession, [0] + redirection, [0] + challenge + error(441)]
}

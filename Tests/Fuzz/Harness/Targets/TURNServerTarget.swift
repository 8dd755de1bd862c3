import STUN
import TURN
import WireFormat

private let secret = [UInt8]("a secret of the operator".utf8)
private let listening = TransportAddress(ip: .v4(0xCB00_7101), port: 3_478)
private let unixStart: Int64 = 1_800_000_000

/// The server, and whether it keeps its promises: at most as many bytes to the unauthenticated as came from them.
private struct ServerSubject: Subject {
    var server: Server
    var relays: [TransportAddress] = []
    var refusesRelays = false
    var forge: Forge

    mutating func take(_ datagram: [UInt8], on path: Path, at now: Instant) {
        guard case .forward(let forward) = try? server.receive(datagram.span, on: path, at: now) else { return }
        _ = [UInt8](capacity: datagram.count + 64) { output in
            precondition(forward.write(datagram.span, into: &output), "a forwarded payload finds no room")
        }
    }

    mutating func advance(to now: Instant) { server.advance(to: now) }
    var nextDeadline: Instant? { server.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        server.pollTransmit(into: &packet, at: now)
    }

    mutating func drainEvents(at now: Instant) {
        while let event = server.pollEvent() {
            switch event {
            case .openRelay(let identifier, let address):
                if refusesRelays {
                    server.relayFailed(identifier, at: now)
                } else {
                    relays.append(address)
                    server.relayOpened(identifier, at: now)
                }
            case .closeRelay(_, let address): relays.removeAll { $0 == address }
            default: break
            }
        }
    }

    mutating func sent(_ packet: Sent) {
        if let message = try? Message(packet.bytes.span) { forge.learn(from: message) }
    }
}

private func makeServer() -> ServerSubject {
    var configuration = Server.Configuration(
        secret: secret, unixSecondsAtZero: unixStart,
        relays: [
            Server.RelayAddress(bound: .v4(0xCB00_7101)),
            Server.RelayAddress(bound: .v6(high: 0x2001_0db8 << 32, low: 1)),
        ], relayPorts: 50_000...50_007)
    configuration.limits.allocations = 6
    configuration.limits.permissionsPerAllocation = 4
    configuration.limits.channelsPerAllocation = 4
    let usernames = ["\(unixStart + 86_400):alice", "\(unixStart + 60):bob", "\(unixStart - 1):late"]
    let realm = [UInt8](configuration.realm.utf8)
    let accounts: [(String, PasswordAlgorithm)] = [
        (usernames[0], .md5), (usernames[1], .md5), (usernames[0], .sha256), (usernames[2], .md5),
    ]
    let keys = accounts.map { name, algorithm in
        IntegrityKey(
            username: [UInt8](name.utf8), realm: realm,
            password: SharedSecret(secret).password(for: [UInt8](name.utf8).span), algorithm: algorithm)
    }
    let forge = Forge(keys: keys, usernames: usernames.map { [UInt8]($0.utf8) }, realm: realm)
    return ServerSubject(server: Server(configuration: configuration, random: SeededRandom(seed: 1)), forge: forge)
}

/// A client that is one of a few, over UDP or TCP.
private func clientPath(_ choice: UInt8) -> Path {
    let remote = TransportAddress(ip: .v4(0xC633_6400 | UInt32(choice & 3)), port: 40_000 + UInt16(choice >> 2 & 1))
    return Path(transport: choice & 8 == 0 ? .udp : .tcp, local: listening, remote: remote)
}

/// Requests from several clients, raw and authentic ones, and packets from peers.
func fuzzTURNServer(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    var stage = Stage(makeServer())
    for _ in 0..<Stage<ServerSubject>.stepLimit where !script.isAtEnd {
        switch script.choice(8) {
        case 0: try stage.takeCommonStep(&script)
        case 1: try deliverRaw(script.chunk(), on: clientPath(script.byte()), &stage)
        case 2:
            let relay =
                stage.machine.relays.isEmpty
                ? listening : stage.machine.relays[script.choice(stage.machine.relays.count)]
            try stage.deliver(script.chunk(), on: Path(local: relay, remote: script.address()))
        case 3:
            let path = clientPath(script.byte())
            try stage.act { subject, _ in subject.server.connectionClosed(path) }
        case 4: stage.machine.refusesRelays = script.byte() & 1 == 1
        default:
            let path = clientPath(script.byte())
            try stage.deliver(stage.machine.forge.message(&script, answering: []).bytes, on: path)
        }
    }
    try require(stage.machine.server.allocationCount <= 6, "more allocations than allowed")
    // Beyond the longest lifetime, and what a lost refresh leaves.
    try stage.act { subject, now in subject.server.advance(to: now + .seconds(7_200)) }
    try require(stage.machine.server.allocationCount == 0, "an allocation without an end")
    try require(stage.machine.relays.isEmpty, "a relay socket that nobody closes")
}

/// What nobody signed gets no longer answer than itself over UDP.
private func deliverRaw(_ bytes: [UInt8], on path: Path, _ stage: inout Stage<ServerSubject>) throws(Finding) {
    let before = stage.bytesOut
    try stage.deliver(bytes, on: path)
    let isSigned = (try? Message(bytes.span))?.hasIntegrity(.sha1) ?? false
    if path.transport == .udp, !isSigned {
        try require(stage.bytesOut - before <= bytes.count, "an unauthenticated request was amplified")
    }
}

/// A session: challenge, allocation, permission, channel, data both ways, release.
func turnServerSeeds() -> [[UInt8]] {
    func request(_ method: UInt8, _ client: UInt8, _ attributes: [[UInt8]]) -> [UInt8] {
        // Class request, own transaction; key 0 with SHA-1; user, realm, nonce behind the attributes.
        [5, client, 0xE0, method, 0, UInt8(attributes.count + 3)] + attributes.flatMap { $0 } + [36, 0, 37, 38]
    }
    let transport: [UInt8] = [17, 6, 17]
    let peer: [UInt8] = [12, 4, 2, 0x27, 0x10]
    let channel: [UInt8] = [10, 7, 0x40, 0]
    func session(_ client: UInt8) -> [UInt8] {
        request(1, client, [transport]) + request(1, client, [transport])
            + request(5, client, [peer]) + request(6, client, [channel, peer])
            + [1, 8, 0x40, 0, 0, 4, 1, 2, 3, 4, client] + [2, 4, 1, 2, 3, 4, 0, 2, 0x27, 0x10]
            + request(2, client, [[11, 2, 0, 0, 0, 0]])
    }
    return [
        session(0), session(8), session(0) + session(1) + [0, 2, 2, 0x58],
        [1, 20] + Array(stunSeeds()[0].prefix(20)) + [0],
    ]
}

import Rendezvous
import WireFormat

/// Messages that are written as they were read; a server with a few connections; a client.
func fuzzRendezvous(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    switch script.choice(3) {
    case 0: try fuzzMessage(script.rest())
    case 1: try fuzzServer(&script)
    default: try fuzzClient(&script)
    }
}

private func fuzzMessage(_ bytes: [UInt8]) throws(Finding) {
    guard let message = try? SignalingMessage(bytes.span) else { return }
    guard let encoded = try? message.encoded() else { throw Finding("a message that was read cannot be written") }
    let again = try? SignalingMessage(encoded.span)
    try require(again == message, "a message is written otherwise than it was read")
}

private struct ServerStage {
    var server: RendezvousServer
    var now = Instant.zero
    var sessions: [SessionIdentifier] = []
    var isGenerous = true
    var isAsking = false

    init() {
        var configuration = RendezvousServer.Configuration()
        configuration.connections = 6
        configuration.venues = 4
        configuration.sessions = 4
        configuration.queueMessages = 16
        server = RendezvousServer(configuration: configuration, random: SeededRandom(seed: 1))
    }

    mutating func settle() throws(Finding) {
        var count = 0
        var isBusy = true
        while isBusy {
            isBusy = false
            while server.pollTransmit() != nil { isBusy = true }
            while let event = server.pollEvent() {
                isBusy = true
                answer(event)
            }
            count += 1
            try require(count < 1_000, "it does not come to rest")
        }
    }

    private mutating func answer(_ event: RendezvousServer.Event) {
        switch event {
        case .challengeNeeded(let connection, _): server.challenge(connection, [1, 2, 3], at: now)
        case .verify(let connection, _, _, _): server.resolve(connection, isValid: isGenerous, at: now)
        case .serversNeeded(let session, let introduction):
            sessions.append(session)
            let turn = TraversalServer(
                kind: .turn, host: "192.0.2.1", port: 3_478, username: "a", password: "b", lifetimeSeconds: 60)
            // A policy that asks, one that has terms, and none.
            if isAsking, introduction.venue != nil, introduction.identity == .unasked {
                server.identifyViewer(session, challenge: [4, 5], at: now)
            } else if isGenerous {
                let terms = SessionTerms(way: .relayOnly, timeLimit: .seconds(1))
                server.provide(
                    session, host: [turn], viewer: [turn], permit: isAsking ? Permit(terms: terms, ticket: [1]) : nil,
                    at: now)
            } else {
                server.refuse(session, .serverFull, at: now)
            }
        case .verifyViewer(let session, _, _, _): server.resolveViewer(session, isValid: isGenerous, at: now)
        case .close(let connection, _): server.disconnected(connection, at: now)
        default: break
        }
    }

    mutating func advance(by interval: Interval) throws(Finding) {
        let end = now + interval
        var count = 0
        while let deadline = server.nextDeadline, deadline <= end, count < 50 {
            now = max(now, deadline)
            server.advance(to: now)
            try settle()
            count += 1
            if let next = server.nextDeadline { try require(next > now || count < 49, "a deadline does not pass") }
        }
        if count < 50 { now = end }
    }
}

private func fuzzServer(_ script: inout Script) throws(Finding) {
    var stage = ServerStage()
    for _ in 0..<200 where !script.isAtEnd {
        let connection = ConnectionIdentifier(UInt64(script.choice(8)))
        switch script.choice(6) {
        case 0: try? stage.server.connected(connection, from: script.address(), at: stage.now)
        case 1: stage.server.disconnected(connection, at: stage.now)
        case 2: try stage.advance(by: .milliseconds(Int64(script.word()) * 10))
        case 3:
            let byte = script.byte()
            stage.isGenerous = byte & 1 == 0
            stage.isAsking = byte & 2 != 0
            if byte == 0xD1 { stage.server.drain(at: stage.now) }
        default:
            var message = script.chunk()
            // Identifiers of sessions are drawn at random; a true one is put where such messages have it.
            if let session = stage.sessions.last, script.byte() & 1 == 1, message.count >= 18 {
                message.replaceSubrange(2..<18, with: session.bytes)
            }
            try? stage.server.receive(message.span, from: connection, at: stage.now)
        }
        try stage.settle()
    }
    let statistics = stage.server.statistics
    try require(
        (0...statistics.venues).contains(statistics.waitingHosts)
            && stage.server.unfinished(at: stage.now) <= statistics.connections + statistics.sessions,
        "what is counted is not so")
    try require(
        statistics.connections <= 6 && statistics.venues <= 4 && statistics.sessions <= 4, "a table is too full")
}

private func fuzzClient(_ script: inout Script) throws(Finding) {
    guard let host = HostIdentifier([UInt8](repeating: 7, count: 32)), let room = RoomNumber(7) else { return }
    let purposes: [RendezvousClient.Purpose] = [
        .hostRoom(room), .hostIdentity(host), .join(.room(room), offer: [1, 2, 3]),
    ]
    var client = RendezvousClient(
        purpose: purposes[script.choice(3)], random: SeededRandom(seed: 1), now: .zero)
    var now = Instant.zero
    var session = SessionIdentifier(high: 1, low: 2)
    for _ in 0..<150 where !script.isAtEnd {
        switch script.choice(6) {
        case 0: client.transportOpened(at: now)
        case 1: client.transportClosed(at: now)
        case 2:
            now = max(now, client.nextDeadline ?? now)
            client.advance(to: now)
        case 3: act(&client, session, &script, at: now)
        default: try? client.receive(script.chunk().span, at: now)
        }
        var count = 0
        while let event = client.pollEvent() {
            switch event {
            case .incoming(let name, _, _, _): session = name
            case .identityWanted: try? client.identify(host, proof: [1])
            case .termsOffered: try? client.agree(offer: [2])
            default: break
            }
            count += 1
        }
        var isMore = true
        while isMore {
            _ = [UInt8](capacity: SignalingLimits.messageBytes) { isMore = client.pollTransmit(into: &$0, at: now) }
            count += 1
        }
        try require(count < 2_000, "it does not come to rest")
    }
}

private func act(
    _ client: inout RendezvousClient, _ session: SessionIdentifier, _ script: inout Script, at now: Instant
) {
    let choice = script.choice(6)
    let bytes = script.chunk()
    switch choice {
    case 0: try? client.prove(bytes)
    case 1: try? client.answer(session, bytes)
    case 2: try? client.trickle(session, bytes)
    case 3: try? client.leave(session, .finished)
    case 4: if let meeting = MeetingIdentifier(bytes) { try? client.setMeeting(meeting, for: session, at: now) }
    default: client.finish(.finished)
    }
}

private func messages() -> [SignalingMessage] {
    let session = SessionIdentifier(high: 1, low: 2)
    let turn = TraversalServer(
        kind: .turn, host: "relay.example", port: 3_478, username: "user", password: "secret", lifetimeSeconds: 60)
    let stun = TraversalServer(kind: .stun, host: "192.0.2.1", port: 3_478)
    let report = SessionReport(
        path: .direct, durationMilliseconds: 1_000, bytesSent: 1, bytesReceived: 2, rttP50Microseconds: 3,
        rttP95Microseconds: 4, firstFrameMilliseconds: 5, isFinal: true)
    let address = TransportAddress(ip: .v6(high: 0x2001_0db8 << 32, low: 1), port: 443)
    var all: [SignalingMessage] = [
        .openRoom(RoomNumber(7), token: []), .openRoom(nil, token: [1, 2]), .proof([9]), .closeRoom(.finished),
        .report(session, report), .welcome(heartbeatSeconds: 30, source: address), .challenge([1, 2, 3]),
        .incoming(session, offer: [1, 2], servers: [turn, stun]), .joined(session, servers: [stun]),
        .refused(.joining, .noSuchRoom, retryAfterSeconds: 3), .roomClosed(.finished), .answer(session, [5]),
        .trickle(session, [6]), .leave(session, .finished), .ping(1), .pong(2), .identity(nil, proof: []),
        .agree(offer: [1]), .terms(SessionTerms(way: .directOnly, isRecorded: true, timeLimit: .seconds(9))),
        .joined(session, servers: [stun], permit: Permit(terms: SessionTerms(way: .relayOnly), ticket: [3])),
    ]
    if let room = RoomNumber(7) { all += [.join(.room(room), offer: [1, 2, 3]), .hosting(.room(room), token: [1])] }
    if let host = HostIdentifier([UInt8](repeating: 7, count: 32)) {
        all += [.register(host), .join(.host(host), offer: [1]), .identity(host, proof: [7])]
    }
    if let meeting = MeetingIdentifier([UInt8](repeating: 8, count: 16)) {
        all += [.resume(meeting), .resume(meeting, ticket: [1, 2]), .met(meeting, session, servers: [stun])]
    }
    return all
}

/// A host and a viewer that come together, and again after the server has lost them: who says it, and whether of a true
/// session.
private func meeting() -> [(UInt8, SignalingMessage, UInt8)] {
    guard let room = RoomNumber(7), let meeting = MeetingIdentifier([UInt8](repeating: 8, count: 16)) else { return [] }
    let session = SessionIdentifier(high: 1, low: 2)
    let report = SessionReport(path: .direct, durationMilliseconds: 1, bytesSent: 1, bytesReceived: 2, isFinal: true)
    return [
        (1, .openRoom(room, token: []), 0), (2, .join(.room(room), offer: [1]), 0), (1, .answer(session, [2]), 1),
        (2, .trickle(session, [3]), 1), (1, .report(session, report), 1), (1, .resume(meeting), 0),
        (2, .resume(meeting), 0), (2, .leave(session, .finished), 1), (1, .closeRoom(.codeBurned), 0),
    ]
}

/// What a host hears in a life without mishap.
func life() -> [SignalingMessage] {
    guard let room = RoomNumber(7), let meeting = MeetingIdentifier([UInt8](repeating: 8, count: 16)) else { return [] }
    let session = SessionIdentifier(high: 1, low: 2)
    let stun = TraversalServer(kind: .stun, host: "relay.example", port: 3_478)
    return [
        .welcome(heartbeatSeconds: 30, source: TransportAddress(ip: .v4(1), port: 2)),
        .hosting(.room(room), token: [1]),
        .incoming(session, offer: [1], servers: [stun]), .trickle(session, [1, 2]), .ping(1),
        .met(meeting, session, servers: [stun]), .joined(session, servers: [stun]), .answer(session, [3]),
        .leave(session, .finished), .hosting(.room(room), token: [2]),
    ]
}

/// Each message alone; a room, a join, an answer, a meeting; a client through its life.
func rendezvousSeeds() -> [[UInt8]] {
    let encoded = messages().compactMap { try? $0.encoded() }
    func say(_ connection: UInt8, _ bytes: [UInt8], own: UInt8 = 0) -> [UInt8] {
        ScriptWriter.write { writer in
            writer.raw([connection, 4])
            writer.chunk(bytes)
            writer.byte(own)
        }
    }
    func hear(_ bytes: [UInt8]) -> [UInt8] {
        ScriptWriter.write { writer in
            writer.byte(4)
            writer.chunk(bytes)
        }
    }
    var bytes: [UInt8] = [1]
    for number: UInt8 in 0..<3 { bytes += [number, 0, 2, 0x10, number] }
    var client: [UInt8] = []
    for message in encoded {
        bytes += say(0, message) + say(1, message, own: 1) + say(0, message, own: 1)
        client += hear(message)
    }
    bytes += meeting().flatMap { say($0.0, (try? $0.1.encoded()) ?? [], own: $0.2) }
    let quiet: [UInt8] = [2, 0, 0] + life().compactMap { try? $0.encoded() }.flatMap { hear($0) }
    var seeds: [[UInt8]] = encoded.map { [0] + $0 } + [quiet]
    seeds += [bytes, bytes + [0, 2, 0xFF, 0xFF, 0, 1]]
    for purpose: UInt8 in 0..<3 { seeds.append([2, purpose, 0] + client + [3, 1, 1, 5, 1, 2] + client) }
    return seeds
}

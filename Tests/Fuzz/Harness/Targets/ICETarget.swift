import ICE
import STUN
import WireFormat

private let local = [
    TransportAddress(ip: .v4(0xC0A8_0102), port: 5_000),
    TransportAddress(ip: .v6(high: 0x2001_0db8 << 32, low: 2), port: 5_000),
]
private let stunServer = TransportAddress(ip: .v4(0xCB00_7101), port: 3_478)
private let own = Agent.Credentials(usernameFragment: "user0", password: "password-of-user-0-gen1")
private let theirs = Agent.Credentials(usernameFragment: "user1", password: "password-of-user-1-gen1")

private struct AgentSubject: Subject {
    var agent: Agent
    var forge = Forge()

    mutating func take(_ datagram: [UInt8], on path: Path, at now: Instant) {
        guard case .payload(let range, _) = try? agent.receive(datagram.span, on: path, at: now) else { return }
        precondition(range.upperBound <= datagram.count, "a payload ends behind its datagram")
    }

    mutating func advance(to now: Instant) { agent.advance(to: now) }
    var nextDeadline: Instant? { agent.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        agent.pollTransmit(into: &packet, at: now)
    }

    mutating func drainEvents(at now: Instant) { while agent.pollEvent() != nil {} }
}

private func makeAgent(_ options: UInt8) -> AgentSubject {
    let policy = Agent.Policy(rawValue: options & 3) ?? .all
    let servers = [
        Agent.Server(address: stunServer, service: .stun),
        Agent.Server(address: stunServer, service: .turn(username: "1800086400:alice", password: "secret")),
        Agent.Server(
            address: stunServer, transport: .tcp, service: .turn(username: "1800086400:alice", password: "secret")),
    ]
    let configuration = Agent.Configuration(
        role: options & 4 == 0 ? .controlling : .controlled, local: own, policy: policy, servers: servers)
    var subject = AgentSubject(agent: Agent(configuration: configuration, random: SeededRandom(seed: 1), now: .zero))
    subject.forge.keys = [
        IntegrityKey(shortTermPassword: own.password), IntegrityKey(shortTermPassword: theirs.password),
        IntegrityKey(username: "1800086400:alice", realm: "beeline", password: "secret"),
    ]
    subject.forge.usernames = ["user0:user1", "user1:user0", "1800086400:alice"].map { [UInt8]($0.utf8) }
    subject.forge.realm = [UInt8]("beeline".utf8)
    subject.forge.nonce = [UInt8]("nonce".utf8)
    return subject
}

/// Servers, a peer that holds the right password, and strangers; what signaling and the owner do meanwhile.
func fuzzICE(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let options = script.byte()
    var stage = Stage(makeAgent(options))
    try stage.act { subject, now in
        for address in local { subject.agent.addSocket(address, at: now) }
        if options & 8 != 0 { subject.agent.addSocket(local[0], transport: .tcp, at: now) }
        if options & 16 != 0 { subject.agent.setRemoteCredentials(theirs, at: now) }
        if options & 32 != 0 { subject.agent.checkData = [1, 2, 3] }
    }
    for _ in 0..<Stage<AgentSubject>.stepLimit where !script.isAtEnd { try step(&stage, &script) }
    try require(stage.machine.agent.validPairs.count <= Agent.Limits().pairs, "more pairs than allowed")
}

private func step(_ stage: inout Stage<AgentSubject>, _ script: inout Script) throws(Finding) {
    switch script.choice(8) {
    case 0: try stage.takeCommonStep(&script)
    case 1: try stage.deliver(script.chunk(), on: path(&script, stage.lastSent(0)?.path))
    case 2: try act(&stage, &script)
    case 3: try signal(script.chunk(), &stage)
    default:
        let way = path(&script, stage.lastSent(0)?.path)
        let forgery = stage.machine.forge.message(&script, answering: stage.recent)
        try stage.deliver(forgery.bytes, on: forgery.request?.path ?? way)
    }
}

/// From a server, from where the last packet went, or from anywhere.
private func path(_ script: inout Script, _ last: Path?) -> Path {
    let choice = script.byte()
    let socket = local[Int(choice >> 2 & 1)]
    switch choice & 3 {
    case 0: return Path(local: socket, remote: stunServer)
    case 1: return Path(transport: .tcp, local: local[0], remote: stunServer)
    case 2: return last ?? Path(local: socket, remote: stunServer)
    default: return Path(local: socket, remote: script.address())
    }
}

/// Candidates as they come through signaling: what is read is written the same, and taken.
private func signal(_ bytes: [UInt8], _ stage: inout Stage<AgentSubject>) throws(Finding) {
    var candidates: [Candidate] = []
    var reader = ByteReader(bytes.span)
    var start = 0
    while let candidate = try? Candidate(from: &reader) {
        let again = [UInt8](capacity: candidate.wireSize) { candidate.write(into: &$0) }
        try require(again == Array(bytes[start..<reader.offset]), "a candidate is written otherwise than it was read")
        start = reader.offset
        candidates.append(candidate)
    }
    let found = candidates
    try stage.act { subject, now in for candidate in found { subject.agent.addRemoteCandidate(candidate, at: now) } }
}

private func act(_ stage: inout Stage<AgentSubject>, _ script: inout Script) throws(Finding) {
    let choice = script.choice(11)
    let address = script.address()
    let payload = script.chunk()
    try stage.act { subject, now in
        switch choice {
        case 0: subject.agent.setRemoteCredentials(theirs, at: now)
        case 1: subject.agent.restart(local: own, at: now)
        case 2: subject.agent.addSocket(address, at: now)
        case 3: subject.agent.removeSocket(address, at: now)
        case 4: subject.agent.setServers([Agent.Server(address: address, service: .stun)], at: now)
        case 5: subject.agent.checkData = payload
        case 6: subject.agent.close(at: now)
        case 7: subject.agent.selectedIdentifier.map { subject.agent.reportSilence(over: $0, at: now) }
        case 9: subject.agent.receiveTraversal(payload.span, at: now)
        case 10:
            let ports = (0..<UInt16(min(payload.count, 64))).map { 6_000 + $0 }
            subject.agent.addPunchSockets(ports.map { TransportAddress(ip: local[0].ip, port: $0) }, at: now)
        default:
            guard let pair = subject.agent.selectedIdentifier else { return }
            _ = [UInt8](capacity: 1_500) { _ = subject.agent.send(payload.span, over: pair, into: &$0, at: now) }
        }
    }
}

/// A peer's candidates, its checks and answers; a relay's challenge and allocation.
func iceSeeds() -> [[UInt8]] {
    let candidate = Candidate(
        kind: .host, address: TransportAddress(ip: .v4(0x0505_0505), port: 10_000), priority: 0x7E00_00FF, foundation: 1
    )
    let signaled = [UInt8](capacity: 60) { candidate.write(into: &$0) }
    let tell: [UInt8] = [3, UInt8(signaled.count)] + signaled
    let tick: [UInt8] = [0, 1, 0, 40]
    // A check: USERNAME 0, PRIORITY, the role, USE-CANDIDATE or a nomination, signed with our password.
    func check(_ role: UInt8, _ more: [UInt8]) -> [UInt8] {
        [5, 3, 0x27, 0x10, 5, 5, 5, 5, 28, 0, 16, 4, 36, 0, 25, 2, 0x6E, 0, 1, 255, role, 3, 1, 2, 3, 4, 5, 6, 7, 8]
            + more
    }
    // Answers from the peer (to the newest packet), from STUN, from TURN to Allocate, to everything else.
    func answer(_ head: UInt8, _ protection: UInt8, _ attributes: [[UInt8]]) -> [UInt8] {
        [5, 0, head, 0, protection, UInt8(attributes.count)] + attributes.flatMap { $0 }
    }
    let mapped: [UInt8] = [3, 4, 2, 0x27, 0x10]
    let peerAnswer = answer(2, 17, [mapped])
    let stunAnswer = answer(2 + 5 * 4, 3, [mapped])
    let conflict = answer(3, 17, [[39, 1, 231]])
    let challenge = answer(3 + 4 * 4, 3, [[39, 1, 145], [37], [38]])
    let granted = answer(2 + 4 * 4, 2, [[14, 4, 6, 0xC3, 0x50], mapped, [11, 2, 0, 0, 2, 0x58]])
    let done = answer(2 + 6 * 4, 2, [])
    let refused = answer(3 + 6 * 4, 2, [[39, 1, 147]])
    let record: [UInt8] = [1, 2, 4, 0x80, 1, 2, 3]
    let gathering = stunAnswer + tick + challenge + challenge + granted + done + tick
    let checking = tell + tick + check(29, [26, 1]) + peerAnswer + tick + check(30, [35, 2, 0, 0, 0, 1]) + peerAnswer
    let moving = record + [0, 2, 0, 6] + peerAnswer + [2, 1, 2, 0, 0, 0, 2, 0, 2, 0, 0, 0] + checking + [0, 2, 0, 40]
    let relaying = check(29, [26, 1]) + done + refused + [2, 7, 2, 0, 0, 0, 2, 8, 2, 0, 0, 3, 0x80, 1, 2]
    // What the peer says of its NAT, that it is ready, sockets when they are wanted, and time for it.
    func traversal(_ message: [UInt8]) -> [UInt8] { [2, 9, 2, 0, 0, UInt8(message.count)] + message }
    let sockets: [UInt8] = [2, 10, 2, 0, 0, 3, 0, 0, 0]
    let punching =
        traversal([1, 3, 0, 0, 5, 5, 5, 5, 0x27, 0x10]) + tick + sockets + tick + traversal([2, 1, 0x27, 0x10]) + tick
    var seeds: [[UInt8]] = []
    for options: UInt8 in [16, 17, 18, 20, 24, 48, 52] {
        seeds.append([options] + gathering + checking + moving)
        seeds.append([options] + gathering + relaying + tick + punching + tick + checking)
        seeds.append([options] + tick + gathering + tell + relaying + conflict + tick + moving)
    }
    return seeds
}

import ICE
import STUN
import WireFormat

private let serverIP = IPAddress.v4(0xCB00_7101)
private let otherIP = IPAddress.v4(0xCB00_7102)
private let server = TransportAddress(ip: serverIP, port: 3_478)
private let outside = IPAddress.v4(0x0505_0501)
private let sockets = (0..<BehaviorDiscovery.socketCount).map { index in
    TransportAddress(ip: .v4(0xC633_6407), port: 40_000 + UInt16(index) * 97)
}

private struct DiscoverySubject: Subject {
    var discovery = BehaviorDiscovery(server: server, sockets: sockets, random: SeededRandom(seed: 1))
    var bindings: BindingServer
    var forge = Forge()
    var isOver = false

    mutating func take(_ datagram: [UInt8], on path: Path, at now: Instant) {
        try? discovery.receive(datagram.span, on: path, at: now)
    }

    mutating func advance(to now: Instant) { discovery.advance(to: now) }
    var nextDeadline: Instant? { discovery.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        discovery.pollTransmit(into: &packet, at: now)
    }

    mutating func drainEvents(at now: Instant) {
        while let event = discovery.pollEvent() {
            precondition(!isOver, "an event follows the last one")
            switch event {
            case .answered: continue
            case .finished(let report): _ = TraversalOutlook(report)?.outcome(with: TraversalOutlook())
            case .unreachable: break
            }
            isOver = true
        }
    }
}

/// Behaviour discovery, its server, and whoever is between them: honest answers, forged ones, and requests that come
/// back. The server gets what it likes from strangers too, and never says more than they did.
func fuzzBehavior(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let options = script.byte()
    let configuration = BindingServer.Configuration(
        address: BindingServer.Address(bound: serverIP), port: server.port,
        alternateAddress: options & 1 != 0 ? BindingServer.Address(bound: otherIP) : nil,
        alternatePort: options & 2 != 0 ? 3_479 : nil, changeBurst: 4)
    let bindings = BindingServer(configuration: configuration, random: SeededRandom(seed: 2))
    var stage = Stage(DiscoverySubject(bindings: bindings))
    stage.machine.forge.keys = [IntegrityKey(shortTermPassword: "password")]
    try stage.act { subject, now in subject.discovery.start(at: now) }
    for _ in 0..<Stage<DiscoverySubject>.stepLimit where !script.isAtEnd { try step(&stage, &script) }
    // Whatever was said, it comes to its end.
    for _ in 0..<20 where !stage.machine.isOver { try stage.advance(by: .seconds(10)) }
    try require(stage.machine.isOver, "a run does not end")
}

private func step(_ stage: inout Stage<DiscoverySubject>, _ script: inout Script) throws(Finding) {
    switch script.choice(8) {
    case 0: try stage.takeCommonStep(&script)
    case 1: try answerHonestly(&stage, &script)
    case 2: try deliver(script.chunk(), to: &stage, &script)
    case 3:
        guard let packet = stage.sent.last else { return }
        try deliver(packet.bytes, to: &stage, &script)
    case 4: try ask(script.chunk(), &stage, &script)
    case 5: try ask(stage.machine.forge.message(&script, answering: []).bytes, &stage, &script)
    default:
        let forgery = stage.machine.forge.message(&script, answering: stage.recent)
        guard let request = forgery.request, script.choice(4) > 0 else {
            return try deliver(forgery.bytes, to: &stage, &script)
        }
        try stage.deliver(forgery.bytes, on: request.path)
    }
}

/// On one of the sockets, from one of the server's, from elsewhere, or from ourselves.
private func deliver(
    _ bytes: [UInt8], to stage: inout Stage<DiscoverySubject>, _ script: inout Script
) throws(Finding) {
    let local = sockets[script.choice(sockets.count)]
    let places = [
        server, TransportAddress(ip: serverIP, port: 3_479), TransportAddress(ip: otherIP, port: 3_478),
        TransportAddress(ip: otherIP, port: 3_479), TransportAddress(ip: outside, port: local.port), script.address(),
    ]
    try stage.deliver(bytes, on: Path(local: local, remote: places[script.choice(places.count)]))
}

/// The server gets a packet that was sent, as a NAT would bring it, and its answer finds back.
private func answerHonestly(_ stage: inout Stage<DiscoverySubject>, _ script: inout Script) throws(Finding) {
    let recent = stage.sent
    guard !recent.isEmpty else { return }
    let packet = recent[script.choice(recent.count)]
    let port = script.choice(2) == 0 ? packet.path.local.port : script.word()
    let source = TransportAddress(ip: outside, port: port)
    let path = Path(local: packet.path.remote, remote: source)
    guard let answer = try serve(packet.bytes, on: path, &stage) else { return }
    try stage.deliver(answer.bytes, on: Path(local: packet.path.local, remote: answer.path.local))
}

/// The server gets something from somebody.
private func ask(
    _ bytes: [UInt8], _ stage: inout Stage<DiscoverySubject>, _ script: inout Script
) throws(Finding) {
    let sockets = stage.machine.bindings.sockets
    let local = sockets[script.choice(sockets.count)]
    _ = try serve(bytes, on: Path(local: local, remote: script.address()), &stage)
}

private func serve(
    _ bytes: [UInt8], on path: Path, _ stage: inout Stage<DiscoverySubject>
) throws(Finding) -> Sent? {
    var answer: Path?
    let written = try stage.act { subject, now in
        try? subject.bindings.receive(bytes.span, on: path, at: now)
        return [UInt8](capacity: 1_500) { answer = subject.bindings.pollTransmit(into: &$0, at: now) }
    }
    guard let answer else { return nil }
    try require(written.count <= bytes.count, "the server said more than it was told")
    try require(stage.machine.bindings.sockets.contains(answer.local), "the answer comes from nowhere")
    try require(answer.remote.ip == path.remote.ip, "the answer goes to somebody else")
    return Sent(path: answer, bytes: written)
}

/// Honest runs against servers of each kind, one of them behind a NAT with a port for each destination; requests that
/// come back; silence; strangers.
func behaviorSeeds() -> [[UInt8]] {
    let tick: [UInt8] = [0, 1, 0, 5]
    let honest: [UInt8] = (0..<16).flatMap { [1, $0, 0] }
    let symmetric: [UInt8] = (0..<16).flatMap { [1, $0, 1, 0x40, $0] }
    let start: [UInt8] = (0..<8).flatMap { _ in tick }
    let end: [UInt8] = (0..<20).flatMap { _ in tick }
    let run: [UInt8] = start + honest + end
    let hard: [UInt8] = start + symmetric + end
    let hairpin: [UInt8] = (0..<7).flatMap { [3, $0, 2, 4, 4] as [UInt8] }
    let redirected: [UInt8] = [6, 2, 16, 2, 3, 4, 2, 0x27, 0x10, 36, 5, 6, 0x0D, 0x96, 1]
    let stranger: [UInt8] = [5, 0, 0, 16, 2, 28, 2, 0, 0, 0, 6, 33, 3, 1, 2, 3, 4, 5, 6, 7, 8, 0, 2, 9, 9]
    var seeds: [[UInt8]] = [[3]]
    for options: UInt8 in [0, 2, 3] {
        seeds.append([options] + run + honest)
        seeds.append([options] + hard + symmetric + hairpin)
    }
    seeds.append([3] + redirected + run)
    seeds.append([3] + stranger + run + hairpin)
    return seeds
}

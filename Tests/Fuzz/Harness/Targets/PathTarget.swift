import SecureChannel
import WireFormat

/// A host that listens, a viewer that knocks, and somebody between them who knows the host's public key and all that they say.
private struct PathScene {
    static let place = TransportAddress(ip: .v4(0x0A00_0001), port: 8_471)
    static let local = TransportAddress(ip: .v4(0x0A00_0002), port: 50_000)

    let host: PublicKey
    let message: [UInt8]
    let identifier: InitiationIdentifier
    var listener: PathListener
    var initiator: PathInitiator
    var now = Instant.zero
    /// What both have sent, to be sent again changed.
    var sent: [[UInt8]] = []
    /// Whether somebody has begun with the viewer's identifier.
    var isImpersonated = false

    init?(_ script: inout Script) {
        var random = SeededRandom(seed: 21)
        host = StaticKeyPair(random: &random).publicKey
        message = random.bytes(count: [200, 1_145, 1_146, 4_580][script.choice(4)])
        guard let identifier = InitiationIdentifier(bytes: random.bytes(count: 16)),
            let initiator = PathInitiator(
                identifier: identifier, message: message, host: host, remote: Self.place, sockets: [Self.local],
                at: .zero)
        else { return nil }
        self.identifier = identifier
        self.initiator = initiator
        listener = PathListener(host: host, random: random.fork(), at: .zero)
        listener.isBusy = script.choice(2) == 1
    }

    /// One datagram in gets at most one out, which is no longer; and the tables keep their limits.
    mutating func toHost(_ datagram: [UInt8], from source: TransportAddress) throws(Finding) {
        try? listener.receive(datagram.span, on: Path(local: Self.place, remote: source), at: now)
        while case .initiation(let initiation)? = listener.pollEvent() {
            try require(
                initiation.message.count <= PathInitiator.maximumMessageCount, "a message is longer than all pieces")
            try require(
                initiation.identifier != identifier || initiation.message == message || isImpersonated,
                "the viewer's message has changed")
            if initiation.message.count % 3 == 0 {
                listener.drop(initiation.identifier)
            } else {
                listener.answer(initiation.identifier, with: Array(initiation.message.prefix(1_183)))
            }
        }
        var replies = 0
        while let reply = Self.take({ listener.pollTransmit(into: &$0, at: now) }) {
            keep(reply.bytes)
            replies += 1
            try require(replies == 1 && reply.bytes.count <= datagram.count, "a reply is larger than what it answers")
            try require(reply.path.remote == source, "a reply goes elsewhere")
        }
        try require(listener.stateCount < 1_200, "the host's tables grow")
    }

    /// Whatever comes, the viewer sends no more than it may, and only to the host.
    mutating func toViewer(_ datagram: [UInt8], from source: TransportAddress) throws(Finding) {
        try? initiator.receive(datagram.span, on: Path(local: Self.local, remote: source), at: now)
        while initiator.pollEvent() != nil {}
    }

    /// Lets the viewer's datagrams arrive, as the script says.
    mutating func pass(_ script: inout Script) throws(Finding) {
        var count = 0
        while let datagram = Self.take({ initiator.pollTransmit(into: &$0, at: now) }) {
            keep(datagram.bytes)
            count += 1
            try require(count <= 4, "a flight has more pieces than a message")
            try require(
                datagram.path == Path(local: Self.local, remote: Self.place) && datagram.bytes.count == 1_200,
                "a viewer sends otherwise")
            if script.byte() & 3 != 0 { try toHost(datagram.bytes, from: Self.local) }
        }
    }

    private mutating func keep(_ datagram: [UInt8]) {
        if sent.count < 32 { sent.append(datagram) }
    }

    private static func take(_ poll: (inout OutputSpan<UInt8>) -> Path?) -> (bytes: [UInt8], path: Path)? {
        var path: Path?
        let bytes = [UInt8](capacity: 1_200) { path = poll(&$0) }
        return path.map { (bytes, $0) }
    }
}

/// Datagrams of handshakes on the path alone, to both sides.
func fuzzPath(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    guard var scene = PathScene(&script) else { throw Finding("a viewer cannot begin") }
    for _ in 0..<64 where !script.isAtEnd {
        switch script.choice(6) {
        case 0: try scene.toHost(script.chunk(), from: script.address())
        case 1:
            let bytes = try initiation(&script, for: scene)
            scene.isImpersonated = true
            try scene.toHost(bytes, from: script.choice(2) == 0 ? PathScene.local : script.address())
        case 2: try scene.toViewer(reply(&script, to: scene), from: PathScene.place)
        case 3: try scene.toHost(changed(&script, scene.sent), from: PathScene.local)
        case 4: try scene.toViewer(changed(&script, scene.sent), from: PathScene.place)
        default:
            scene.now = scene.now + .milliseconds(Int64(script.word()))
            scene.listener.advance(to: scene.now)
            scene.initiator.advance(to: scene.now)
        }
        try scene.pass(&script)
    }
}

/// One that is tagged as it should be, and says what the script wants.
private func initiation(_ script: inout Script, for scene: PathScene) throws(Finding) -> [UInt8] {
    let identifier = script.choice(2) == 0 ? scene.identifier : InitiationIdentifier(bytes: script.padded(16))
    let count = 1 + script.choice(4)
    let cookie = script.choice(2) == 0 ? nil : script.padded(16)
    let piece = Array(script.chunk().prefix(InitiationDatagram.pieceCapacity))
    guard let identifier else { return [] }
    let datagram = InitiationDatagram(
        version: script.choice(8) == 0 ? script.word() : Prologue.currentVersion, identifier: identifier,
        index: script.choice(count), pieceCount: count, piece: piece, cookie: cookie)
    let bytes = datagram.bytes(with: KeyTag(host: scene.host))
    let read = InitiationDatagram(bytes.span)
    try require(
        read?.piece == piece && read?.index == datagram.index && read?.pieceCount == count
            && read?.identifier == identifier && read?.cookie == (cookie?.contains { $0 != 0 } == true ? cookie : nil),
        "an initiation is read otherwise than it was written")
    return bytes
}

/// Something that names the viewer's initiation.
private func reply(_ script: inout Script, to scene: PathScene) -> [UInt8] {
    let first: UInt8 = [0xC0, 0xC2, 0xC1, 0xC3][script.choice(4)]
    return [first] + scene.identifier.bytes + script.chunk()
}

/// What was sent before, with changes.
private func changed(_ script: inout Script, _ sent: [[UInt8]]) -> [UInt8] {
    guard !sent.isEmpty else { return [] }
    var bytes = sent[script.choice(sent.count)]
    for _ in 0..<script.choice(4) where !bytes.isEmpty { bytes[Int(script.word()) % bytes.count] ^= script.byte() }
    bytes.removeLast(min(bytes.count, script.choice(64)))
    return bytes
}

extension Script {
    /// So many bytes, zeros behind the last one.
    fileprivate mutating func padded(_ count: Int) -> [UInt8] {
        let bytes = take(count)
        return bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
}

func pathSeeds() -> [[UInt8]] {
    [
        // A viewer with one datagram, with two, with four; asked for a cookie or not.
        [0, 0, 5, 0, 1, 1], [0, 1, 5, 0, 1, 1, 4, 1, 0, 0, 1, 1, 1], [2, 0, 5, 0, 1, 1, 1, 4, 2, 0, 0, 1, 1, 1, 1],
        [3, 1, 5, 1, 0, 1, 1, 1, 1, 4, 4, 0, 0, 1, 1, 1, 1, 5, 0xFF, 0xFF, 1, 1, 1, 1],
        // Tagged initiations of others, in pieces that do not fit together.
        [0, 0, 1, 1] + Array(1...16) + [2, 0, 3, 7, 7, 7, 1, 1, 1, 0, 0, 9, 8, 7, 6, 5],
        [0, 1, 1, 0, 3, 1] + Array(repeating: 3, count: 16) + [2, 9, 9, 1, 2, 1, 2, 0x27, 0x10, 1, 2, 3, 4],
        // Replies of every kind to the viewer.
        [0, 0, 2, 0, 17, 1] + Array(repeating: 5, count: 16) + [
            1, 2, 0, 1, 2, 1, 2, 0, 3, 3, 0, 9, 1, 2, 1, 20, 6, 6, 6,
        ],
        [1, 0, 5, 0, 1, 1, 1, 3, 0, 2, 0, 30, 1, 0, 40, 2, 3, 1, 1, 1, 0, 20, 7, 0],
    ]
}

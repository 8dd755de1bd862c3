import SecureChannel
import WireFormat

/// A host that listens and viewers that come over the path alone, in virtual time. Every datagram has a number, and the
/// test decides what becomes of it.
final class PathWorld {
    static let delay = Interval.milliseconds(10)
    static let place = TransportAddress(ip: .v4(0x0A00_0001), port: 8_471)

    struct Viewer {
        var handshake: Handshake
        let identifier: InitiationIdentifier
        /// Until an authentic answer has come.
        var initiator: PathInitiator?
        let address: TransportAddress
        var finishedAt: Instant?
    }

    struct Datagram {
        let bytes: [UInt8]
        let source: TransportAddress
        let destination: TransportAddress
        let sentAt: Instant

        var isToHost: Bool { destination == PathWorld.place }
    }

    private(set) var now = Instant.zero
    var listener: PathListener
    let hostKeys: StaticKeyPair
    let viewerKeys: StaticKeyPair
    private(set) var viewers: [Viewer] = []
    /// What the host has begun, each once.
    private(set) var begun: [(identifier: InitiationIdentifier, handshake: Handshake)] = []
    /// All that was sent.
    private(set) var datagrams: [Datagram] = []
    /// How often a datagram arrives, by its number, and how much later than usual.
    var fate: (Int, Datagram) -> [Interval] = { _, _ in [.zero] }
    /// The most that the host's tables have held.
    private(set) var highestState = 0

    private var random: SeededRandom
    private var queue: [(at: Instant, datagram: Datagram)] = []

    init(seed: UInt64 = 1) {
        random = SeededRandom(seed: seed)
        hostKeys = StaticKeyPair(random: &random)
        viewerKeys = StaticKeyPair(random: &random)
        listener = PathListener(host: hostKeys.publicKey, random: random.fork(), at: .zero)
    }

    static func address(_ number: Int) -> TransportAddress {
        TransportAddress(ip: .v4(0x0A01_0000 + UInt32(number)), port: 50_000)
    }

    /// - Parameter payload: the size of the first message's payload.
    @discardableResult
    func addViewer(
        at address: TransportAddress? = nil, keys: StaticKeyPair? = nil, knowing host: PublicKey? = nil,
        payload: Int = 60, version: UInt16 = Prologue.currentVersion
    ) throws -> Int {
        guard let identifier = InitiationIdentifier(bytes: random.bytes(count: InitiationIdentifier.count)) else {
            throw HandshakeFailure.malformed
        }
        var handshake = Handshake.initiator(
            pinned: host ?? hostKeys.publicKey, keys: keys ?? viewerKeys,
            prologue: Prologue(sessionIdentifier: identifier.bytes, way: .pathAlone), random: &random)
        let message = try handshake.writeMessage(payload: random.bytes(count: payload).span)
        let address = address ?? Self.address(viewers.count)
        let initiator = PathInitiator(
            identifier: identifier, message: message, host: host ?? hostKeys.publicKey, remote: Self.place,
            sockets: [address], version: version, at: now)
        viewers.append(
            Viewer(handshake: handshake, identifier: identifier, initiator: initiator, address: address))
        settle()
        return viewers.count - 1
    }

    /// Gives the host a datagram from anywhere.
    func inject(_ bytes: [UInt8], from source: TransportAddress) {
        queue.append((now, Datagram(bytes: bytes, source: source, destination: Self.place, sentAt: now)))
        run(for: .zero)
    }

    /// Gives a viewer a datagram that seems to come from the host.
    func forge(_ bytes: [UInt8], to number: Int) {
        let datagram = Datagram(
            bytes: bytes, source: Self.place, destination: viewers[number].address, sentAt: now)
        queue.append((now, datagram))
        run(for: .zero)
    }

    /// Lets a viewer go on from elsewhere.
    func move(_ number: Int, to address: TransportAddress) {
        let before = viewers[number].address
        viewers[number].initiator?.removeSocket(before)
        viewers[number].initiator?.addSocket(address)
        settle()
    }

    func run(for interval: Interval) {
        let limit = now + interval
        while let next = nextInstant, next <= limit {
            now = max(now, next)
            let due = queue.filter { $0.at <= now }
            queue.removeAll { $0.at <= now }
            for (_, datagram) in due { deliver(datagram) }
            listener.advance(to: now)
            for index in viewers.indices { viewers[index].initiator?.advance(to: now) }
            settle()
        }
        now = limit
    }

    private var nextInstant: Instant? {
        (viewers.map { $0.initiator?.nextDeadline } + [listener.nextDeadline, queue.map(\.at).min()])
            .compactMap { $0 }.min()
    }

    private func deliver(_ datagram: Datagram) {
        let path = Path(local: datagram.destination, remote: datagram.source)
        guard !datagram.isToHost else {
            try? listener.receive(datagram.bytes.span, on: path, at: now)
            return answer()
        }
        // Those that have come to an end read nothing more.
        for index in viewers.indices {
            try? viewers[index].initiator?.receive(datagram.bytes.span, on: path, at: now)
            while case .answer(let message, _)? = viewers[index].initiator?.pollEvent() {
                guard (try? viewers[index].handshake.readMessage(message.span)) != nil else { continue }
                viewers[index].finishedAt = now
                viewers[index].initiator = nil
            }
        }
    }

    /// As a host does: reads, authorises, answers.
    private func answer() {
        while case .initiation(let initiation)? = listener.pollEvent() {
            let prologue = Prologue(sessionIdentifier: initiation.identifier.bytes, way: .pathAlone)
            var handshake = Handshake.responder(pinnedKeys: hostKeys, prologue: prologue, random: &random)
            guard (try? handshake.readMessage(initiation.message.span)) != nil,
                handshake.peerKey == viewerKeys.publicKey,
                let message = try? handshake.writeMessage(payload: random.bytes(count: 60).span)
            else {
                listener.drop(initiation.identifier)
                continue
            }
            begun.append((initiation.identifier, handshake))
            listener.answer(initiation.identifier, with: message)
        }
        highestState = max(highestState, listener.stateCount)
    }

    private func settle() {
        for index in viewers.indices {
            send { viewers[index].initiator?.pollTransmit(into: &$0, at: now) }
        }
        send { listener.pollTransmit(into: &$0, at: now) }
    }

    private func send(_ poll: (inout OutputSpan<UInt8>) -> Path?) {
        while true {
            var path: Path?
            let bytes = [UInt8](capacity: 1_200) { path = poll(&$0) }
            guard let path else { return }
            let datagram = Datagram(bytes: bytes, source: path.local, destination: path.remote, sentAt: now)
            for extra in fate(datagrams.count, datagram) { queue.append((now + Self.delay + extra, datagram)) }
            datagrams.append(datagram)
        }
    }
}

/// What tests ask.
extension PathWorld {
    /// Whether both sides have come to the same, once.
    func isComplete(_ number: Int) -> Bool {
        let viewer = viewers[number]
        let hosts = begun.filter { $0.identifier == viewer.identifier }
        guard viewer.handshake.isFinished, hosts.count == 1, let host = hosts.first?.handshake,
            let one = try? viewer.handshake.exportFinal(label: "test", count: 32),
            let other = try? host.exportFinal(label: "test", count: 32)
        else { return false }
        return one == other && host.isFinished
    }

    func bytes(to address: TransportAddress) -> Int {
        datagrams.filter { $0.destination == address }.reduce(0) { $0 + $1.bytes.count }
    }

    /// The first datagram of a viewer that the host has got, as somebody on the way may have kept it.
    var firstInitiation: [UInt8] { datagrams.first { $0.isToHost }?.bytes ?? [] }
}

import ICE
import STUN
import WireFormat

/// Two peers, their NATs, a STUN server; virtual time, every packet counted.
struct TestNetwork {
    struct Packet {
        let at: Instant
        let number: Int
        let from: TransportAddress
        let to: TransportAddress
        let bytes: [UInt8]
    }

    /// Something that happens at a time: signaling, or a test's own step.
    struct Step {
        let at: Instant
        let number: Int
        let body: (inout TestNetwork, Instant) -> Void
    }

    static let stunServer = TransportAddress("198.51.100.1:3478")!

    var peers: [TestPeer]
    var now = Instant.zero
    var flying: [Packet] = []
    var steps: [Step] = []
    var sent = 0
    var random: SeededRandom
    /// Decides which packets are lost, by their number since the start.
    var isLost: (inout TestNetwork, Packet) -> Bool = { _, _ in false }
    /// Changes a packet in flight.
    var meddle: ((inout TestNetwork, Packet) -> [Packet])?
    var jitter = Interval.zero
    var traceHash: UInt64 = 0xCBF2_9CE4_8422_2325
    var relay: TestRelay?
    /// A second one, to which the way is longer or shorter.
    var otherRelay: TestRelay?
    private var serial = 0

    init(peers: [TestPeer], seed: UInt64) {
        self.peers = peers
        random = SeededRandom(seed: seed)
    }

    // MARK: Time

    mutating func schedule(
        after delay: Interval, _ body: @escaping (inout TestNetwork, Instant) -> Void
    ) {
        serial += 1
        steps.append(Step(at: now + delay, number: serial, body: body))
    }

    private var nextInstant: Instant? {
        var earliest: Instant?
        func consider(_ instant: Instant?) {
            guard let instant else { return }
            earliest = min(earliest ?? instant, instant)
        }
        for packet in flying { consider(packet.at) }
        for step in steps { consider(step.at) }
        for peer in peers { consider(peer.agent.nextDeadline) }
        consider(relay?.nextDeadline)
        consider(otherRelay?.nextDeadline)
        return earliest
    }

    mutating func run(for interval: Interval) { run(until: now + interval) { _ in false } }

    /// Runs until the condition holds, at the latest until `end`.
    mutating func run(until end: Instant, _ condition: (TestNetwork) -> Bool) {
        drain()
        var rounds = 0
        while !condition(self), let next = nextInstant, next <= end {
            rounds += 1
            precondition(rounds < 2_000_000, "the machines spin")
            now = max(now, next)
            runSteps()
            deliverDue()
            for index in peers.indices where peers[index].agent.nextDeadline.map({ $0 <= now }) ?? false {
                peers[index].agent.advance(to: now)
            }
            relay?.advance(to: now)
            otherRelay?.advance(to: now)
            drain()
        }
        if !condition(self) { now = max(now, end) }
    }

    private mutating func runSteps() {
        while let step = steps.filter({ $0.at <= now }).min(by: { ($0.at, $0.number) < ($1.at, $1.number) }) {
            steps.removeAll { $0.number == step.number }
            step.body(&self, now)
            drain()
        }
    }

    private mutating func deliverDue() {
        let due = flying.filter { $0.at <= now }.sorted { ($0.at, $0.number) < ($1.at, $1.number) }
        flying.removeAll { $0.at <= now }
        for packet in due { deliver(packet) }
    }

    // MARK: Packets

    /// Sends whatever the machines have, and handles their events.
    mutating func drain() {
        for index in peers.indices {
            while let (bytes, path) = poll(index) { transmit(bytes, path, from: index) }
            while let event = peers[index].agent.pollEvent() { handle(event, of: index) }
        }
        while let (bytes, from, to) = relay?.poll(at: now) {
            launch(bytes, from: from, to: to, delay: .milliseconds(1))
        }
        while let (bytes, from, to) = otherRelay?.poll(at: now) {
            launch(bytes, from: from, to: to, delay: otherRelay?.delay ?? .zero)
        }
    }

    private mutating func poll(_ index: Int) -> ([UInt8], Path)? {
        var path: Path?
        let bytes = [UInt8](capacity: 1_500) { output in
            path = peers[index].agent.pollTransmit(into: &output, at: now)
        }
        return path.map { (bytes, $0) }
    }

    private mutating func handle(_ event: Agent.Event, of index: Int) {
        peers[index].events.append(event)
        guard case .localCandidate(let candidate) = event, peers[index].isSignaling else { return }
        schedule(after: peers[index].signalingDelay) { network, now in
            network.peers[1 - index].agent.addRemoteCandidate(candidate, at: now)
        }
    }

    mutating func transmit(_ bytes: [UInt8], _ path: Path, from index: Int) {
        precondition(peers[index].sockets.contains(path.local), "a packet from a socket that does not exist")
        var source = path.local
        let isLocal = peers.contains { $0.site == peers[index].site && $0.sockets.contains(path.remote) }
        if !isLocal, path.local.ip.isIPv4, peers[index].nat != nil {
            source = peers[index].nat!.translateOut(path.local, to: path.remote)
        }
        launch(bytes, from: source, to: path.remote, delay: isLocal ? .milliseconds(1) : peers[index].delay)
    }

    mutating func launch(_ bytes: [UInt8], from: TransportAddress, to: TransportAddress, delay: Interval) {
        sent += 1
        trace(bytes, from, to)
        var extra = to.ip == otherRelay?.address.ip ? otherRelay?.delay ?? .zero : .zero
        if jitter > .zero {
            extra = Interval(nanoseconds: extra.nanoseconds + Int64(random.next() % UInt64(jitter.nanoseconds)))
        }
        let packet = Packet(at: now + delay + extra, number: sent, from: from, to: to, bytes: bytes)
        if isLost(&self, packet) { return }
        if let meddle { flying += meddle(&self, packet) } else { flying.append(packet) }
    }

    private mutating func trace(_ bytes: [UInt8], _ from: TransportAddress, _ to: TransportAddress) {
        func mix(_ value: UInt64) { traceHash = (traceHash ^ value) &* 0x100_0000_01B3 }
        mix(UInt64(bitPattern: now.nanoseconds))
        for byte in bytes { mix(UInt64(byte)) }
        mix(UInt64(from.port) << 16 | UInt64(to.port))
    }

    private mutating func deliver(_ packet: Packet) {
        if packet.to == Self.stunServer { return answer(packet) }
        if relay?.receive(packet.bytes, from: packet.from, to: packet.to, at: now) ?? false { return }
        if otherRelay?.receive(packet.bytes, from: packet.from, to: packet.to, at: now) ?? false { return }
        for index in peers.indices {
            var target = packet.to
            if let nat = peers[index].nat, nat.outside == packet.to.ip {
                guard let inside = nat.translateIn(packet.to.port, from: packet.from) else { return }
                target = inside
            } else if packet.to.ip.isIPv4, peers[index].nat != nil, !isNeighbour(packet.from, of: index) {
                continue
            }
            guard peers[index].sockets.contains(target) else { continue }
            return receive(packet.bytes, Path(local: target, remote: packet.from), at: index)
        }
    }

    private func isNeighbour(_ address: TransportAddress, of index: Int) -> Bool {
        peers.contains { $0.site == peers[index].site && $0.sockets.contains(address) }
    }

    mutating func receive(_ bytes: [UInt8], _ path: Path, at index: Int) {
        do {
            let reception = try peers[index].agent.receive(bytes.span, on: path, at: now)
            if case .payload(let range, let pair) = reception, range.count >= 2 {
                peers[index].received.append((now, bytes[range.lowerBound + 1], pair))
            }
        } catch {
            peers[index].dropped += 1
        }
        drain()
    }

    private mutating func answer(_ packet: Packet) {
        guard let message = try? Message(packet.bytes.span), message.messageClass == .request else { return }
        let transaction = message.transaction
        let bytes = [UInt8](capacity: 200) { output in
            var reply = MessageBuilder(.successResponse, .binding, transaction: transaction, into: &output)
            reply.add(.xorMappedAddress, xorAddress: packet.from, to: &output)
            reply.addFingerprint(to: &output)
            _ = reply.finish(&output)
        }
        launch(bytes, from: Self.stunServer, to: packet.from, delay: .milliseconds(5))
    }

    // MARK: Data

    /// Sends one record over the selected pair; false if there is none.
    @discardableResult
    mutating func sendData(_ number: UInt8, from index: Int) -> Bool {
        guard let pair = peers[index].selected else { return false }
        return sendData(number, from: index, over: pair.identifier)
    }

    @discardableResult
    mutating func sendData(_ number: UInt8, from index: Int, over pair: PairIdentifier) -> Bool {
        let payload: [UInt8] = [0x80, number, 1, 2, 3]
        var path: Path?
        let bytes = [UInt8](capacity: 1_500) { output in
            path = peers[index].agent.send(payload.span, over: pair, into: &output, at: now)
        }
        guard let path else { return false }
        transmit(bytes, path, from: index)
        return true
    }
}

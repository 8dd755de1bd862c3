import ICE
import PeerSession
import SecureChannel
import WireFormat

/// A session under test and a peer that has proven itself and holds all keys: what it seals is taken for authentic,
/// whatever it is.
struct Scene<Screen: SessionScreen> {
    private(set) var tested: Session<Screen>
    /// The peer: a true agent and true keys, with nothing above them.
    private var agent: Agent
    private var records: RecordLayer
    private var nextNumber: UInt64 = 0
    private(set) var now = Instant.zero

    /// Runs until both have a path; nil if they find none.
    init?(tested: Session<Screen>, agent: Agent, records: RecordLayer) {
        self.tested = tested
        self.agent = agent
        self.records = records
        for _ in 0..<200 where self.agent.selectedIdentifier == nil || self.tested.figures.setup == nil {
            guard (try? exchange()) != nil else { return nil }
            if self.agent.selectedIdentifier != nil, self.tested.figures.setup == nil { try? send([1]) }
            tick()
        }
        if self.agent.selectedIdentifier == nil || self.tested.figures.setup == nil { return nil }
    }

    mutating func play(_ script: inout Script) throws(Finding) {
        for _ in 0..<60 where !script.isAtEnd {
            switch script.choice(5) {
            case 0: tick()
            case 1: tested.receiveSignal(script.chunk().span, at: now)
            case 2: try send(script.chunk())
            case 3: for _ in 0..<script.choice(32) { tick() }
            default: tested.receive(script.chunk().span, on: Cast.path(of: tested), at: now)
            }
            try exchange()
        }
    }

    /// Seals a packet of the peer's and lets it arrive.
    private mutating func send(_ packet: [UInt8]) throws(Finding) {
        guard let pair = agent.selectedIdentifier, packet.count <= 1_200 else { return }
        nextNumber += 1
        let number = nextNumber
        let record = [UInt8](capacity: 1_500) { try? records.seal(packet.span, packetNumber: number, into: &$0) }
        var path: Path?
        let datagram = [UInt8](capacity: 1_500) { path = agent.send(record.span, over: pair, into: &$0, at: now) }
        if let path { tested.receive(datagram.span, on: reversed(path), at: now) }
    }

    private mutating func exchange() throws(Finding) {
        var count = 0
        var isBusy = true
        while isBusy {
            isBusy = false
            while let event = tested.pollEvent() {
                // Whoever has this session pastes at once.
                if case .paste(.announced(let files)) = event { _ = tested.fetchPaste(files.number, at: now) }
            }
            while agent.pollEvent() != nil {}
            while let packet = fromTested() {
                isBusy = true
                take(packet)
                count += 1
                try require(count < 20_000, "it does not come to rest")
            }
            while let packet = fromAgent() {
                isBusy = true
                tested.receive(packet.bytes.span, on: reversed(packet.path), at: now)
                count += 1
                try require(count < 20_000, "it does not come to rest")
            }
        }
    }

    private mutating func take(_ packet: Sent) {
        guard case .payload(let range, _) = try? agent.receive(packet.bytes.span, on: reversed(packet.path), at: now)
        else { return }
        _ = [UInt8](capacity: 1_500) { _ = try? records.open(packet.bytes.span.extracting(range), into: &$0) }
    }

    private mutating func fromTested() -> Sent? {
        var path: Path?
        let bytes = [UInt8](capacity: 1_500) { path = tested.pollTransmit(into: &$0, at: now) }
        return path.map { Sent(path: $0, bytes: bytes) }
    }

    private mutating func fromAgent() -> Sent? {
        var path: Path?
        let bytes = [UInt8](capacity: 1_500) { path = agent.pollTransmit(into: &$0, at: now) }
        return path.map { Sent(path: $0, bytes: bytes) }
    }

    private mutating func tick() {
        let next = [tested.nextDeadline, agent.nextDeadline].compactMap { $0 }.min() ?? now
        now = max(now + .milliseconds(1), min(next, now + .seconds(1)))
        tested.advance(to: now)
        agent.advance(to: now)
    }

    private func reversed(_ path: Path) -> Path {
        Path(transport: path.transport, local: path.remote, remote: path.local)
    }
}

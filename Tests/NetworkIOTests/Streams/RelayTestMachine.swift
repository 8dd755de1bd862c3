import NetworkIO
import TURN
import WireFormat

/// The TURN server on a loop, with as little around it as can be.
struct RelayTestMachine: DatagramMachine {
    typealias Event = TURN.Server.Event
    typealias Failure = TURN.Server.Failure

    var server: TURN.Server
    var events: [Event] = []
    private var forwards: [(path: Path, bytes: [UInt8])] = []
    private var allocated: Set<Path> = []

    init(server: TURN.Server) { self.server = server }

    var nextDeadline: Instant? { server.nextDeadline }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        guard case .forward(let forward) = try server.receive(datagram, on: path, at: now) else { return }
        let source = datagram.copied()
        let bytes = [UInt8](capacity: source.count + 64) { output in
            _ = forward.write(source.span, into: &output)
        }
        forwards.append((forward.path, bytes))
    }

    mutating func advance(to now: Instant) { server.advance(to: now) }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard !forwards.isEmpty else { return server.pollTransmit(into: &packet, at: now) }
        let next = forwards.removeFirst()
        packet.append(contentsOf: next.bytes.span)
        return next.path
    }

    mutating func pollEvent() -> Event? {
        guard let event = server.pollEvent() else { return nil }
        events.append(event)
        if case .allocationCreated(let record) = event { allocated.insert(record.client) }
        if case .allocationEnded(let record, _) = event { allocated.remove(record.client) }
        return event
    }

    mutating func streamClosed(_ path: Path, at now: Instant) { server.connectionClosed(path) }

    func keepsStream(_ path: Path) -> Bool { allocated.contains(path) }
}

import NetworkIO
import TURN
import WireFormat

/// The TURN server as a datagram loop drives it: payloads to forward wait, in buffers made once, for their turn to
/// be sent.
struct RelayMachine: DatagramMachine {
    typealias Event = TURN.Server.Event
    typealias Failure = TURN.Server.Failure

    var server: TURN.Server
    private var forwards = ForwardQueue()

    init(server: TURN.Server) { self.server = server }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        guard case .forward(let forward) = try server.receive(datagram, on: path, at: now) else { return }
        forwards.append(forward, of: datagram)
    }

    mutating func advance(to now: Instant) { server.advance(to: now) }

    var nextDeadline: Instant? { server.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        forwards.popFirst(into: &packet) ?? server.pollTransmit(into: &packet, at: now)
    }

    mutating func pollEvent() -> Event? { server.pollEvent() }
}

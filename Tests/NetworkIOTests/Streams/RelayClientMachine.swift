import NetworkIO
import TURN
import WireFormat

/// A TURN client on a loop: one allocation, and payloads to one peer.
struct RelayClientMachine: DatagramMachine {
    typealias Failure = TURN.Client.Failure

    var client: TURN.Client?
    var events: [TURN.Client.Event] = []
    var outgoing: [(peer: TransportAddress, bytes: [UInt8])] = []
    var received: [(peer: TransportAddress, bytes: [UInt8])] = []
    var closed: [Path] = []

    var nextDeadline: Instant? { client?.nextDeadline }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        guard case .payload(let range, let peer)? = try client?.receive(datagram, on: path, at: now) else { return }
        received.append((peer, datagram.extracting(range).copied()))
    }

    mutating func advance(to now: Instant) { client?.advance(to: now) }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let path = client?.pollTransmit(into: &packet, at: now) { return path }
        guard !outgoing.isEmpty else { return nil }
        let next = outgoing.removeFirst()
        return client?.send(next.bytes.span, to: next.peer, into: &packet, at: now)
    }

    mutating func pollEvent() -> Never? {
        while let event = client?.pollEvent() { events.append(event) }
        return nil
    }

    mutating func streamClosed(_ path: Path, at now: Instant) {
        closed.append(path)
        client?.connectionLost()
    }
}
